// SPDX-License-Identifier: Apache-2.0
// What becomes of the runs that went on when the last manager ended.
#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;

namespace {
constexpr std::string_view kSelf = "attune";  // who tells it

// Whether it has the run's stops in it, which count only where the run restarts.
bool has_stopped(const Undo& undo) {
  return std::any_of(undo.changes.begin(), undo.changes.end(), [](const system::Change& change) {
    const auto* had = std::get_if<system::LifecycleChanged>(&change);
    return had != nullptr && had->to == system::Lifecycle::kStarted;
  });
}
}  // namespace

// Those that have changed something stay open until that is put back, so that another end of the manager does
// not make it forgotten. A `start` goes on instead.
void Engine::State::go_on_from(const std::map<RunId, History::OpenRun>& open) {
  for (const auto& [id, run] : open) {
    if (run.begun) rest(run.diagram, run.about(), Duration::zero());
    const bool is_restarted = restarts(run.diagram, reactions.find(run.diagram)) && has_stopped(run.undo);
    if (run.diagram != kStart && (run.undo.may_be_needed() || is_restarted)) {
      interrupted.emplace(id, run);
    } else {
      stage.ledger.forget_undo(id);
      stage.ledger.record(RunEnded{id, RunEnd::kInterrupted, std::string(kInterruptedWhy)});
      stage.ledger.run_ended(id);
      if (run.diagram != kStart && run.begun) broken_off.emplace(id, run);
    }
    const Component* stopped = run.diagram == kVmStopped ? system.find(run.subject) : nullptr;
    if (stopped != nullptr)
      own_stops.try_emplace(stopped->id, OwnStops::Stop{std::string(kByHypervisor), id});
  }
}

// Once it is known what became of all components. What has stopped by itself, and was not answered, nobody
// else can tell any more from what is meant to be stopped.
void Engine::State::tell_of_interrupted() {
  for (const auto& [id, run] : std::exchange(broken_off, {}))
    raise_run_failed(id, run.diagram, system.find(run.subject), std::string(kInterruptedWhy));
  for (const auto& [id, stop] : std::exchange(own_stops, {})) {
    const Component* component = system.find(id);
    if (component != nullptr && component->lifecycle == system::Lifecycle::kStopped)
      tell_of_own_stop(*component, stop);
  }
}

// As it was raised by who found it, where that is answered.
void Engine::State::tell_of_own_stop(const Component& component, const OwnStops::Stop& stop) {
  const system::Host* host = system.host_of(component);
  const std::string where = host == nullptr ? "" : host->name;
  const std::string why = "it was found stopped before the manager started";
  const std::vector<Event> adopted{{std::string(kComponentFailed), component.name, {{"why", why}}, {}, {}},
                                   {std::string(kVmCrashed), component.name, {{"host", where}}, {}, {}}};
  const std::vector<Event> watched{{std::string(kVmStopped), component.name, {{"host", where}}, {}, {}}};
  for (Event event : is_by_hypervisor(stop) ? watched : adopted) {
    if (obstacle_to(*reactions.find(event.name), system, component.id, is_stopping)) continue;
    event.source = kSelf;
    event.received = stage.now();
    return stage.emit(std::move(event));
  }
}

void Engine::State::put_back_interrupted() {
  for (const auto& [id, run] : std::exchange(interrupted, {})) put_back(id, run);
}

void Engine::State::put_back(RunId id, const History::OpenRun& run) {
  const Component* subject = system.find(run.subject);
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  const system::ComponentId self = subject == nullptr ? system::kNoComponent : subject->id;
  commission.self = self;
  stage.ledger.undo_of(id) = run.undo;
  Reaction* reaction = reactions.find(run.diagram);
  if (reaction != nullptr && reaction->course == nullptr) reaction = nullptr;
  const auto about = reaction == nullptr ? std::nullopt : about_of(*reaction, run.about());
  Playing& made = add(id, run.diagram, std::move(commission), {reaction, about.value_or(self)}, kFirst,
                      [this, id] { return footprint_of_undo(id); });
  made.interrupted = true;
  if (!try_begin(made)) wait(made);
}

Footprint Engine::State::footprint_of_undo(RunId id) const {
  Footprint all;
  for (const system::ComponentId one : stage.ledger.undo_of(id).components()) {
    const Component* component = system.find(one);
    if (component == nullptr) continue;
    add_whole(all, system, *component);
    for (const auto& [owner, association] : system.bound_to(*component))
      add_component(all, system, owner->id);
  }
  return all;
}

}  // namespace attune::workflow
