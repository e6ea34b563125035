// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/host_script.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/last_line.h"
#include "runtime/base/log.h"

namespace attune::deploy {

namespace {

std::string last_word(std::string_view said) {
  return printable(last_line(said).substr(0, 200));
}

ports::Command command_of(HostScript script) {
  ports::Command command;
  command.argv = {"/bin/sh", "-c", std::move(script.text), "attune"};
  command.argv.insert(command.argv.end(), script.arguments.begin(), script.arguments.end());
  command.environment = {{"LC_ALL", "C"}};  // what tools say is read
  command.input = std::move(script.input);
  command.input_file = std::move(script.input_file);
  command.input_offset = script.input_offset;
  command.input_cue = std::move(script.input_cue);
  command.timeout = script.timeout;
  command.on_sent = std::move(script.on_sent);
  return command;
}

}  // namespace

Error host_error(const ports::HostTarget& host, ErrorCode code, std::string_view what) {
  return {code, fmt::format("host {}: {}", host.name, what)};
}

Error tool_error(const ports::HostTarget& host, const ports::Exited& end, std::string_view doing) {
  const std::string& said = end.error_output;
  const auto says = [&](std::string_view part) { return said.find(part) != std::string::npos; };
  if (says("No space left on device") || says("Disk quota exceeded")) {
    return host_error(host, ErrorCode::kNoSpace,
                      fmt::format("no space left while {}: free some there, then deploy again", doing));
  }
  if (says("Read-only file system")) {
    return host_error(host, ErrorCode::kDenied,
                      fmt::format("the file system is read-only while {}: choose another "
                                  "dirlocal or mount it for writing",
                                  doing));
  }
  if (says("Permission denied") || says("Operation not permitted")) {
    return host_error(
        host, ErrorCode::kDenied,
        fmt::format("{} has no permission for {} ({}): choose another dirlocal, or mend its owner",
                    host.user.empty() ? "the manager's user" : fmt::format("user '{}'", host.user), doing,
                    last_word(said)));
  }
  return host_error(
      host, ErrorCode::kFailed,
      fmt::format("{} failed with code {} ({}): see what is wrong there", doing, end.code, last_word(said)));
}

Task<Result<ports::Exited>> run_script(ports::Shell& shell, ports::HostTarget host, HostScript script,
                                       std::string doing, std::stop_token stop) {
  Result<ports::CommandEnd> end = co_await shell.run(host, command_of(std::move(script)), stop);
  if (!end) co_return fail(std::move(end).error());
  if (auto* exited = std::get_if<ports::Exited>(&*end)) co_return std::move(*exited);
  if (std::holds_alternative<ports::TimedOut>(*end)) {
    co_return fail(
        host_error(host, ErrorCode::kTimedOut,
                   fmt::format("{} took too long: see what slows it down, then deploy again", doing)));
  }
  if (std::holds_alternative<ports::Cancelled>(*end)) {
    co_return fail(host_error(host, ErrorCode::kCancelled, fmt::format("cancelled while {}", doing)));
  }
  co_return fail(host_error(host, ErrorCode::kUnreachable,
                            fmt::format("connection lost while {} ({}): deploy again, it goes on from there",
                                        doing, std::get<ports::Lost>(*end).why)));
}

std::string size_words(uint64_t bytes) {
  constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  while (size >= 1024 && unit + 1 < std::size(kUnits)) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

}  // namespace attune::deploy
