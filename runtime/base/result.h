// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or why the world refused it (a file, a host, libvirt, a peer). Wrong text of the user's
// is a Diagnostic; the end of a remote call is a value (ports/shell.h); a bug aborts. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace attune {

// What kind of failure it was, where the caller may act on it. Everything else is in the message.
enum class ErrorCode {
  kInvalid,      // the request itself makes no sense
  kNotFound,     // a thing that was named is not there
  kExists,       // a thing that must not be there is
  kDenied,       // no permission: refused key, file mode, host key unknown or changed
  kUnreachable,  // no way to the host, or none any more
  kLost,         // the way to the host broke in the middle: it may have been done
  kNoSpace,      // full disk, quota or memory
  kTimedOut,
  kCancelled,
  kCorrupt,  // what was stored or received is damaged
  kFailed,   // anything else
};

std::string_view name_of(ErrorCode code);

struct Error {
  ErrorCode code = ErrorCode::kFailed;
  std::string message;  // one line, for people: what failed, where, and what to do

  // The same failure told from one level further out: "context: message".
  Error within(std::string_view context) && {
    message = std::string(context) + ": " + message;
    return std::move(*this);
  }
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

// return fail(ErrorCode::kNotFound, "no such host 'x'");
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace attune
