// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/alerts.h"

#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace attune::main {

namespace {

// Why the program did not do its work; nothing where it did.
std::optional<std::string> failure_of(const Result<ports::CommandEnd>& end) {
  if (!end) return end.error().message;
  if (const auto* exited = std::get_if<ports::Exited>(&*end)) {
    if (exited->code == 0) return std::nullopt;
    return fmt::format("it exited with {}", exited->code);
  }
  return std::holds_alternative<ports::TimedOut>(*end) ? "it took longer than a minute" : "it was ended";
}

}  // namespace

void Alerts::look(const workflow::Record& record) {
  const auto* alert = std::get_if<workflow::Alerted>(&record.what);
  if (alert == nullptr || program_.empty()) return;
  ports::HostTarget here;
  here.name = "this machine";
  here.protocol = Protocol::kLocal;
  ports::Command command;
  command.argv = {program_, printable(alert->text), printable(alert->component)};
  start<Result<ports::CommandEnd>>(
      shell_.run(std::move(here), std::move(command), {}),
      [&log = log_, program = program_](const Result<ports::CommandEnd>& end) {
        if (const auto why = failure_of(end))
          log.error(fmt::format("alert.program {} did not tell of an alert: {}", program, *why));
      });
}

}  // namespace attune::main
