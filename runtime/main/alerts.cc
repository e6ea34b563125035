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
  if (running_ < kAtOnce) return tell(*alert);
  if (waiting_.size() < kWaiting) return waiting_.push_back(*alert);
  if (untold_++ == 0)
    log_.error(
        fmt::format("alert.program {} is not done with {} alerts: those that come are only counted for it",
                    program_, kAtOnce + kWaiting));
}

void Alerts::tell(const workflow::Alerted& alert) {
  ++running_;
  ports::HostTarget here;
  here.name = "this machine";
  here.protocol = Protocol::kLocal;
  ports::Command command;
  command.argv = {program_, printable(alert.text), printable(alert.component)};
  start<Result<ports::CommandEnd>>(
      shell_.run(std::move(here), std::move(command), {}),
      [this, alive = std::weak_ptr(alive_)](const Result<ports::CommandEnd>& end) {
        if (alive.lock()) told(end);
      });
}

void Alerts::told(const Result<ports::CommandEnd>& end) {
  --running_;
  if (const auto why = failure_of(end))
    log_.error(fmt::format("alert.program {} did not tell of an alert: {}", program_, *why));
  if (!waiting_.empty()) {
    const workflow::Alerted next = std::move(waiting_.front());
    waiting_.pop_front();
    return tell(next);
  }
  if (untold_ == 0) return;
  const uint64_t count = std::exchange(untold_, 0);
  tell({0,
        fmt::format("{} more alert{} came at the same time: see attune log", count, count == 1 ? "" : "s"),
        {}});
}

}  // namespace attune::main
