// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/local_shell.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include "runtime/transport/host_words.h"
#include "runtime/transport/local_run.h"
#include "runtime/transport/prologue.h"

namespace attune::transport {

namespace {

Result<void> check_user(const ports::HostTarget& host) {
  const passwd* user = ::getpwuid(::geteuid());
  if (host.user.empty() || user == nullptr || host.user == user->pw_name) return {};
  return fail(ErrorCode::kDenied,
              fmt::format("commands run as '{}' here, not as '{}': leave the user out, or use ssh",
                          user->pw_name, host.user));
}

}  // namespace

Task<Result<ports::CommandEnd>> LocalShell::run(ports::HostTarget host, ports::Command command,
                                                std::stop_token stop) {
  Result<void> checked = check(command);
  if (checked) checked = check_user(host);
  if (!checked) co_return fail(std::move(checked).error().within(host_words(host)));
  if (stop.stop_requested()) co_return ports::CommandEnd(ports::Cancelled{});
  Result<LocalProcess::Started> started = LocalProcess::start(command);
  if (!started) co_return fail(std::move(started).error().within(host_words(host)));
  if (!started->process) co_return ports::CommandEnd(std::move(started->failed));

  std::optional<LocalRun> running;
  const std::function<void()> cancel = [&] { running->cancel(); };
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  co_return co_await Awaitable<ports::CommandEnd>([&](std::function<void(ports::CommandEnd)> done) {
    running.emplace(loop_, command, std::move(*started->process), std::move(done));
    on_stop.emplace(stop, cancel);
  });
}

void LocalShell::watch(ports::HostTarget, Duration, std::function<void(ports::HostHealth)> changed) {
  loop_.post([changed = std::move(changed)] { changed(ports::HostHealth::kUp); });
}

void LocalShell::unwatch(const std::string&) {}

}  // namespace attune::transport
