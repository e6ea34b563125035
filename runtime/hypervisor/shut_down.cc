// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/shut_down.h"

#include <fmt/format.h>

#include "runtime/hypervisor/domains.h"
#include "runtime/ports/pause.h"

namespace attune::hypervisor {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(100);
constexpr Duration kAskAgain = std::chrono::seconds(3);  // a guest that was still booting did not hear it

Result<bool> is_off(Connection& host, const ports::DomainId& domain) {
  const Result<ports::Domain> found = find_domain(host, domain);
  if (!found && found.error().code == ErrorCode::kNotFound) return true;
  if (!found) return fail(found.error());
  return found->state == ports::DomainState::kShutOff || found->state == ports::DomainState::kCrashed;
}

}  // namespace

Task<Result<void>> run_shut_down(CorePtr core, std::string uri, ports::DomainId domain, Duration grace,
                                 std::stop_token stop) {
  const std::function<Result<void>(Connection&)> ask = [domain](Connection& host) {
    return ask_to_shut_down(host, domain);
  };
  const std::function<Result<bool>(Connection&)> look = [domain](Connection& host) {
    return is_off(host, domain);
  };
  const std::function<Result<void>(Connection&)> kill = [domain](Connection& host) {
    return destroy_domain(host, domain);
  };
  const Instant deadline = core->clock.now() + grace;
  Instant next_ask = core->clock.now();
  while (core->clock.now() < deadline) {
    if (core->clock.now() >= next_ask) {
      const Result<void> asked = co_await on_host<void>(core, uri, ask);
      // A guest that cannot be asked (no agent, no ACPI) is waited for all the same: grace is what was
      // promised.
      const ErrorCode code = asked ? ErrorCode::kFailed : asked.error().code;
      if (code == ErrorCode::kUnreachable || code == ErrorCode::kLost) co_return asked;
      next_ask = core->clock.now() + kAskAgain;
    }
    const Result<bool> off = co_await on_host<bool>(core, uri, look);
    if (!off) co_return fail(off.error());
    if (*off) co_return Result<void>{};
    if (stop.stop_requested())
      co_return fail(ErrorCode::kCancelled,
                     fmt::format("{} was asked to shut down; nobody waits for it now", domain.name));
    co_await pause_for(core->loop, kLook, core->gate->shutting());
  }
  co_return co_await on_host<void>(core, uri, kill);
}

}  // namespace attune::hypervisor
