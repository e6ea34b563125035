// SPDX-License-Identifier: Apache-2.0
// What becomes of the runs that went on when the last manager ended.
#include <utility>

#include "runtime/workflow/engine_state.h"

namespace attune::workflow {

using system::Component;

// Those that have changed something stay open until that is put back, so that another end of the manager does
// not make it forgotten. A `start` goes on instead.
void Engine::State::go_on_from(const std::map<RunId, History::OpenRun>& open) {
  for (const auto& [id, run] : open) {
    if (run.begun) rest(run.diagram, run.subject, Duration::zero());
    if (run.diagram != kStart && run.undo.may_be_needed()) {
      interrupted.emplace(id, run);
    } else {
      stage.ledger.forget_undo(id);
      stage.ledger.record(RunEnded{id, RunEnd::kInterrupted, std::string(kInterruptedWhy)});
      stage.ledger.run_ended(id);
    }
  }
}

void Engine::State::put_back_interrupted() {
  for (const auto& [id, run] : std::exchange(interrupted, {})) put_back(id, run);
}

void Engine::State::put_back(RunId id, const History::OpenRun& run) {
  const Component* subject = system.find(run.subject);
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  if (subject != nullptr) commission.self = subject->id;
  stage.ledger.undo_of(id) = run.undo;
  Reaction* reaction = reactions.find(run.diagram);
  if (reaction != nullptr && reaction->course == nullptr) reaction = nullptr;
  Playing& made = add(id, run.diagram, std::move(commission), reaction, kFirst,
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
