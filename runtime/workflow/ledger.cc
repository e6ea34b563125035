// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/ledger.h"

#include <utility>
#include <vector>

#include "runtime/system/composition.h"
#include "runtime/system/inverse.h"
#include "runtime/workflow/moving.h"

namespace attune::workflow {

Effects Ledger::close() {
  return std::exchange(effects_, {});
}

void Ledger::issue(Call call) {
  if (is_migration(call)) undos_[call.run].intended(call);
  record(CallIntent{call});
  effects_.calls.push_back(std::move(call));
}

namespace {

system::HostId id_of(const system::Host* host) {
  return host == nullptr ? system::kNoHost : host->id;
}

// The host that the change may leave with nothing: a component leaves it, what it was left with is gone, or
// it is there again.
system::HostId host_freed(const system::System& system, const system::Change& change) {
  if (const auto* left = std::get_if<system::LeftNothing>(&change))
    return id_of(system.find_host(left->host));
  if (const auto* changed = std::get_if<system::HostChanged>(&change)) {
    const system::Host* host = system.find_host(changed->host);
    const bool is_back =
        host != nullptr && changed->state == system::HostState::kUp &&
        (host->state == system::HostState::kUnknown || host->state == system::HostState::kDown);
    return is_back || changed->maintenance == system::Maintenance::kEnded ? id_of(host) : system::kNoHost;
  }
  const auto* moved = std::get_if<system::HostAssigned>(&change);
  const auto* gone = std::get_if<system::ComponentRemoved>(&change);
  if (moved == nullptr && gone == nullptr) return system::kNoHost;
  const system::Component* component = system.find(moved == nullptr ? gone->id : moved->id);
  return component == nullptr ? system::kNoHost : component->host;
}

}  // namespace

void Ledger::note_empty(system::HostId id) {
  const system::Host* host = system_.find_host(id);
  if (host != nullptr && host->vm == system::kNoComponent && system_.count_on(*host) == 0)
    empty_.push_back(id);
}

Result<void> Ledger::change(system::Change change, RunId run, std::string by) {
  SystemChanged changed{run, std::move(change), by};
  std::optional<system::Change> back =
      is_own(changed) ? system::inverse(system_, changed.change) : std::nullopt;
  const std::optional<Deed> deed = deed_of(system_, changed, std::as_const(*this).undo_of(run));
  const system::HostId freed = host_freed(system_, changed.change);
  if (Result<void> applied = system_.apply(changed.change); !applied) return applied;
  if (freed != system::kNoHost) note_empty(freed);
  if (deed) lately_.add(*deed, now_.steady);
  note(changed, std::move(back));
  const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed.change);
  const bool is_down = lifecycle != nullptr && !system::may_run(lifecycle->to);
  const std::vector<system::Change> more =
      is_down ? system::going_down(system_, *system_.find(lifecycle->id)) : std::vector<system::Change>{};
  record(std::move(changed));
  for (const system::Change& one : more)
    if (Result<void> applied = this->change(one, run, by); !applied) return applied;
  return {};
}

const Undo& Ledger::undo_of(RunId run) const {
  static const Undo kNone;
  const auto found = undos_.find(run);
  return found == undos_.end() ? kNone : found->second;
}

void Ledger::note(const SystemChanged& changed, std::optional<system::Change> back) {
  if (back) return undos_[changed.run].changed(changed.change, std::move(back));
  if (is_own(changed)) return;
  for (auto& [run, undo] : undos_) undo.changed_by_other(changed.change);
}

}  // namespace attune::workflow
