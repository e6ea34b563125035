// SPDX-License-Identifier: Apache-2.0
#include "wrappers/outcome.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"

namespace attune::wrappers {

namespace {

constexpr std::string_view kHint = "; is it executable, and its file system not mounted noexec?";

struct ToOutcome {
  std::string_view what;

  workflow::CallOutcome operator()(const ports::Exited& end) const {
    const std::string_view said = last_line(end.error_output.empty() ? end.output : end.error_output);
    if (end.code == 0) return succeeded(std::string(said));
    if (said.empty()) return failed(fmt::format("{} ended with code {}", what, end.code), end.code);
    const bool was_refused = end.code == kNotExecutable && said.find("ermission denied") != said.npos;
    return failed(fmt::format("{} ended with code {}: {}{}", what, end.code, said, was_refused ? kHint : ""),
                  end.code);
  }
  workflow::CallOutcome operator()(const ports::TimedOut&) const { return workflow::CallTimedOut{}; }
  workflow::CallOutcome operator()(const ports::Cancelled&) const { return workflow::CallCancelled{}; }
  workflow::CallOutcome operator()(const ports::Lost& end) const { return workflow::CallLost{end.why}; }
};

}  // namespace

workflow::CallOutcome succeeded(std::string message) {
  return workflow::CallExited{.code = 0, .message = std::move(message), .changes = {}};
}

workflow::CallOutcome failed(std::string message, int code) {
  return workflow::CallExited{.code = code, .message = std::move(message), .changes = {}};
}

workflow::CallOutcome outcome_of_error(const Error& error) {
  if (error.code == ErrorCode::kLost) return workflow::CallLost{error.message};
  if (error.code == ErrorCode::kCancelled) return workflow::CallCancelled{};
  return failed(error.message);
}

workflow::CallOutcome outcome_of(const Result<ports::CommandEnd>& end, std::string_view what) {
  if (!end) return failed(end.error().message);
  return std::visit(ToOutcome{what}, *end);
}

}  // namespace attune::wrappers
