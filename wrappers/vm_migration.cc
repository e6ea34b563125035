// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_migration.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "wrappers/outcome.h"

namespace attune::wrappers {

namespace {

using ports::DomainState;
using system::Lifecycle;
using workflow::Call;
using workflow::CallExited;
using workflow::CallOutcome;

std::string progress_text(const ports::MigrationProgress& now) {
  constexpr uint64_t kMiB = 1024 * 1024;
  return fmt::format("{} of {} MiB", now.done_bytes / kMiB, now.total_bytes / kMiB);
}

std::string arrival_text(const Site& from, const std::string& to, const ports::MigrationProgress& figures) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return fmt::format("{} moved from {} to {} in {} ms, stopped for {} ms", from.domain.name, from.host, to,
                     duration_cast<milliseconds>(figures.elapsed).count(),
                     duration_cast<milliseconds>(figures.guest_stopped).count());
}

// It ran, and now it does so on neither side.
CallOutcome gone(const Call& call, const ports::MigrationEnd& end) {
  return CallExited{1, end.error, {system::LifecycleChanged{call.component, Lifecycle::kFailed}}};
}

CallOutcome outcome_of_migration(const Call& call, const Site& from, const std::string& to,
                                 const ports::MigrationEnd& end) {
  using Where = ports::MigrationEnd::Where;
  if (end.where == Where::kTarget)
    return CallExited{0, arrival_text(from, to, end.figures), {system::HostAssigned{call.component, to}}};
  if (end.where == Where::kUnknown) return workflow::CallLost{end.error};
  if (end.where == Where::kNowhere) return gone(call, end);
  if (end.timed_out) return workflow::CallTimedOut{};
  if (end.cancelled) return workflow::CallCancelled{};
  return failed(end.error, 1);
}

// A check that finds no running domain on the source: somebody may have moved it there before us.
Task<bool> is_there_already(World& world, std::string uri, ports::DomainId domain) {
  const auto found = co_await world.hypervisor.find(std::move(uri), std::move(domain));
  co_return found && (found->state == DomainState::kRunning || found->state == DomainState::kPaused);
}

}  // namespace

Task<CallOutcome> migrate_vm(World& world, Call call, Site from, std::string to, std::string to_uri,
                             std::stop_token stop) {
  ports::MigrationRequest request{.domain = from.domain, .from_uri = from.uri, .to_uri = to_uri};
  request.on_progress = [&world, id = call.id](const ports::MigrationProgress& now) {
    if (world.progress) world.progress(id, progress_text(now));
  };
  const Result<void> possible = co_await world.hypervisor.check_migration(request);
  if (!possible) {
    const ErrorCode code = possible.error().code;
    const bool is_gone = code == ErrorCode::kNotFound || code == ErrorCode::kInvalid;
    if (is_gone && co_await is_there_already(world, to_uri, from.domain))
      co_return CallExited{0,
                           fmt::format("{} runs on {} already", from.domain.name, to),
                           {system::HostAssigned{call.component, to}}};
    co_return outcome_of_error(possible.error());
  }
  const auto end = co_await world.hypervisor.migrate(request, stop);
  if (!end) co_return outcome_of_error(end.error());
  co_return outcome_of_migration(call, from, to, *end);
}

}  // namespace attune::wrappers
