// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/exchange.h"

#include <array>

#include <nlohmann/json.hpp>

#include "runtime/base/log.h"

namespace attune::control {

namespace {
constexpr std::array kCodes = {ErrorCode::kInvalid,  ErrorCode::kNotFound,    ErrorCode::kExists,
                               ErrorCode::kDenied,   ErrorCode::kUnreachable, ErrorCode::kNoSpace,
                               ErrorCode::kTimedOut, ErrorCode::kCancelled,   ErrorCode::kCorrupt,
                               ErrorCode::kFailed,   ErrorCode::kLost};
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
      return 400;
    case ErrorCode::kDenied:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kExists:
    case ErrorCode::kCancelled:
      return 409;
    case ErrorCode::kUnreachable:
    case ErrorCode::kLost:
      return 502;
    case ErrorCode::kTimedOut:
      return 504;
    case ErrorCode::kNoSpace:
      return 507;
    case ErrorCode::kCorrupt:
    case ErrorCode::kFailed:
      return 500;
  }
  return 500;
}

Response error_response(const Error& error) {
  const nlohmann::ordered_json body = {{"code", name_of(error.code)}, {"message", printable(error.message)}};
  return {status_of(error.code), body.dump() + "\n", nullptr};
}

Error error_of(std::string_view body) {
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() || !json.contains("code") || !json["code"].is_string() || !json.contains("message") ||
      !json["message"].is_string())
    return Error{ErrorCode::kFailed, std::string(body)};
  const auto& name = json["code"].get_ref<const std::string&>();
  Error error{ErrorCode::kFailed, json["message"].get<std::string>()};
  for (const ErrorCode code : kCodes)
    if (name_of(code) == name) error.code = code;
  return error;
}

}  // namespace attune::control
