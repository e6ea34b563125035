// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/result.h"

namespace attune {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return "invalid";
    case ErrorCode::kNotFound:
      return "not-found";
    case ErrorCode::kExists:
      return "exists";
    case ErrorCode::kDenied:
      return "denied";
    case ErrorCode::kUnreachable:
      return "unreachable";
    case ErrorCode::kLost:
      return "lost";
    case ErrorCode::kNoSpace:
      return "no-space";
    case ErrorCode::kTimedOut:
      return "timed-out";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kFailed:
      return "failed";
  }
  return "failed";
}

}  // namespace attune
