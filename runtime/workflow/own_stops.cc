// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/own_stops.h"

#include <algorithm>

#include "runtime/workflow/event.h"

namespace attune::workflow {

using system::Lifecycle;

bool is_about_an_end(std::string_view diagram) {
  return diagram == kVmStopped || diagram == kVmCrashed || diagram == kComponentFailed;
}

bool is_by_hypervisor(const OwnStops::Stop& stop) {
  return stop.by.starts_with(kByHypervisor);
}

// A call that is lost, and what a run stops, is that run's matter.
void OwnStops::changes(const system::System& before, const SystemChanged& changed) {
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&changed.change)) all_.erase(removed->id);
  const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed.change);
  const system::Component* component = lifecycle == nullptr ? nullptr : before.find(lifecycle->id);
  if (component == nullptr) return;
  all_.erase(component->id);
  Stop stop{changed.by, 0};
  const bool ran = component->lifecycle == Lifecycle::kStarted ||
                   (component->lifecycle == Lifecycle::kLost && is_by_hypervisor(stop));
  if (changed.run == 0 && lifecycle->to == Lifecycle::kStopped && ran)
    all_.emplace(component->id, std::move(stop));
}

void OwnStops::started(const system::System& system, const RunStarted& run) {
  const system::Component* subject = is_about_an_end(run.diagram) ? system.find(run.subject) : nullptr;
  const auto found = subject == nullptr ? all_.end() : all_.find(subject->id);
  if (found != all_.end()) found->second.run = run.run;
}

void OwnStops::ended(const RunEnded& run, bool begun) {
  const auto found =
      std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.second.run == run.run; });
  if (found == all_.end()) return;
  if (begun && run.end != RunEnd::kInterrupted)
    all_.erase(found);
  else
    found->second.run = 0;
}

}  // namespace attune::workflow
