// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/output.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

namespace attune::cli {

namespace {

constexpr size_t kMuch = 64 * 1024;  // bytes

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  return value == nullptr ? std::string_view() : std::string_view(value);
}

std::string_view code_of(Paint paint) {
  switch (paint) {
    case Paint::kGood:
      return "\x1b[32m";
    case Paint::kBad:
      return "\x1b[31m";
    case Paint::kWarning:
      return "\x1b[33m";
    case Paint::kFaint:
      return "\x1b[2m";
    case Paint::kStrong:
      return "\x1b[1m";
    case Paint::kNone:
      break;
  }
  return {};
}

}  // namespace

Output Output::standard(int fd) {
  const bool wanted = environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  return {fd, wanted && ::isatty(fd) == 1};
}

void Output::write(std::string_view text) {
  if (!is_open_) return;
  kept_ += text;
  if (kept_.size() >= kMuch) flush();
}

void Output::flush() {
  std::string_view rest = kept_;
  while (is_open_ && !rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      is_open_ = false;
      if (errno != EPIPE)
        error_ = Error{ErrorCode::kFailed, fmt::format("cannot write the output: {}", std::strerror(errno))};
    }
  }
  kept_.clear();
}

std::string Output::painted(Paint paint, std::string_view text) const {
  const std::string_view code = has_colours_ ? code_of(paint) : std::string_view();
  return code.empty() ? std::string(text) : fmt::format("{}{}\x1b[0m", code, text);
}

}  // namespace attune::cli
