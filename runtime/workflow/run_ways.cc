// SPDX-License-Identifier: Apache-2.0
// A run's ways: from state to state, through forks, joins and composite states.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/counterfactual.h"
#include "runtime/workflow/rule.h"
#include "runtime/workflow/run.h"

namespace attune::workflow {

using model::State;
using model::Way;

namespace {

// A junction only leads on: it has no name in the story and no attempts of its own.
bool is_junction(const State& state) {
  return state.form == State::Form::kStart || state.form == State::Form::kChoice ||
         state.form == State::Form::kJoin;
}

const Way* find_error_way(const State& state) {
  const auto found = std::find_if(state.ways.begin(), state.ways.end(),
                                  [](const Way& way) { return way.on == Way::On::kError; });
  return found == state.ways.end() ? nullptr : &*found;
}

}  // namespace

unsigned Run::attempts_at(const Flow& flow) const {
  if (flow.state == model::kNoState) return 0;
  const auto found = attempts_.find(is_junction(state_of(flow)) ? flow.origin : flow.state);
  return found == attempts_.end() ? 0 : found->second;
}

void Run::enter(Flow& flow, model::StateIndex index) {
  flow.state = index;
  flow.action = 0;
  flow.at_join = false;
  flow.rests = false;
  const State& state = state_of(flow);
  if (!is_junction(state) && state.form != State::Form::kEnd)
    stage_.ledger.record(StateEntered{id_, state.id});
  arm_after(flow);
  ready_.push_back(flow.id);
}

void Run::arm_after(Flow& flow) {
  for (const Way& way : state_of(flow).ways) {
    const bool sooner = flow.after == nullptr || way.after < flow.after->after;
    if (way.on == Way::On::kAfter && sooner) flow.after = &way;
  }
  if (flow.after == nullptr) return;
  flow.alarm = stage_.agenda.add(stage_.now() + flow.after->after, AfterAlarm{id_, flow.id});
}

// All that was to be done in the state is done: on the first way that applies.
void Run::leave(Flow& flow) {
  const Result<const Way*> way = choose_way(flow);
  if (!way) return flow_failed(flow, fmt::format("in '{}': {}", state_of(flow).id, way.error().message));
  if (*way != nullptr) return take(flow, **way);
  if (flow.after != nullptr) {
    flow.rests = true;
    return;
  }
  flow_failed(flow, fmt::format("no way leads on from '{}'", state_of(flow).id));
}

void Run::take(Flow& flow, const Way& way) {
  disarm(flow);
  if (!is_junction(state_of(flow))) flow.origin = flow.state;
  enter(flow, way.to);
}

Result<const Way*> Run::choose_way(const Flow& flow) {
  const State& state = state_of(flow);
  for (const Way& way : state.ways) {
    if (way.on != Way::On::kDone || !way.guard) continue;
    const Result<bool> holds = guard_holds(flow, way);
    if (!holds) return fail(holds.error());
    if (*holds) return &way;
  }
  for (const bool otherwise : {true, false}) {
    for (const Way& way : state.ways) {
      if (way.on == Way::On::kDone && !way.guard && way.otherwise == otherwise) return &way;
    }
  }
  return nullptr;
}

Result<bool> Run::guard_holds(const Flow& flow, const Way& way) {
  const Scope scope = scope_of(flow);
  Evaluator evaluator(scope);
  Result<bool> holds = evaluator.holds(*way.guard);
  if (holds) {
    const auto change = find_turn(scope, *way.guard, !*holds);
    stage_.ledger.record(GuardEvaluated{id_, state_of(flow).id, guard_text(way), *holds, evaluator.seen(),
                                        change ? to_text(*change, scope.system) : std::string()});
  }
  return holds;
}

// --- forks and composite states ---

void Run::split(Flow& flow) {
  std::vector<model::StateIndex> branches;
  for (const Way& way : state_of(flow).ways) {
    if (way.on != Way::On::kDone) continue;
    const Result<bool> holds = way.guard ? guard_holds(flow, way) : Result<bool>(true);
    if (!holds)
      return flow_failed(flow, fmt::format("in '{}': {}", state_of(flow).id, holds.error().message));
    if (*holds) branches.push_back(way.to);
  }
  if (branches.empty()) return flow_failed(flow, fmt::format("no way leads on from '{}'", state_of(flow).id));
  for (const model::StateIndex branch : branches) enter(add_flow(flow.id, flow.state), branch);
}

void Run::go_inside(Flow& flow) {
  for (const model::RegionIndex region : state_of(flow).regions)
    enter(add_flow(flow.id, flow.state), course().region(region).start);
}

void Run::arrive(Flow& flow) {
  const Flow* above = find(flow.above);
  if (above == nullptr || state_of(*above).form != State::Form::kFork) return leave(flow);
  flow.at_join = true;  // drive() looks whether all are there
}

// A join is passed when no branch of the fork can come to it any more but those that wait there.
void Run::check_joins(FlowId id) {
  Flow* above = find(id);
  if (above == nullptr || above->state == model::kNoState ||
      !std::holds_alternative<std::monostate>(above->then))
    return;
  bool all_wait = !above->below.empty();
  for (const FlowId waiting : above->below) {
    const Flow& first = *find(waiting);
    all_wait = all_wait && first.at_join;
    if (!first.at_join) continue;
    std::vector<FlowId> arrived;
    bool open = false;
    for (const FlowId other : above->below) {
      const Flow& flow = *find(other);
      if (flow.at_join && flow.state == first.state) {
        arrived.push_back(other);
      } else {
        open = open || flow.state == first.state || course().leads(flow.state, first.state);
      }
    }
    if (!open) return pass_join(*above, std::move(arrived));
  }
  if (!all_wait) return;
  above->then = Fail{fmt::format("the joins after '{}' wait for each other", state_of(*above).id)};
  for (const FlowId below : std::vector(above->below)) wind_up(below);
  settle(id);
}

// The flow goes on from the join: the one above where all branches have come, else the first of them.
void Run::pass_join(Flow& above, std::vector<FlowId> arrived) {
  const model::StateIndex join = find(arrived.front())->state;
  const bool whole = arrived.size() == above.below.size();
  stage_.ledger.record(StateEntered{id_, course().state(join).id});
  for (size_t i = whole ? 0 : 1; i < arrived.size(); ++i) remove(arrived[i]);
  Flow& next = whole ? above : *find(arrived.front());
  next.at_join = false;
  if (whole) {
    disarm(above);
    above.origin = above.state;
    above.state = join;
    above.action = 0;
  }
  leave(next);
}

void Run::reach_end(Flow& flow) {
  if (flow.above == 0) return finish(RunEnd::kDone, {});
  Flow& above = *find(flow.above);
  remove(flow.id);
  if (!above.below.empty()) return check_joins(above.id);  // the others may have waited for this one only
  if (state_of(above).form == State::Form::kFork) return reach_end(above);
  leave(above);
}

// --- failure ---

void Run::state_failed(Flow& flow, std::string why) {
  if (flow.state == model::kNoState) return flow_failed(flow, std::move(why));
  ++attempts_[flow.state];
  if (const Way* way = find_error_way(state_of(flow))) {
    stage_.ledger.record(GuardEvaluated{id_, state_of(flow).id, "on error", true, why});
    return take(flow, *way);
  }
  flow_failed(flow, fmt::format("in '{}': {}", state_of(flow).id, why));
}

void Run::flow_failed(Flow& flow, std::string why) {
  if (flow.above == 0) return finish(RunEnd::kFailed, std::move(why));
  const FlowId id = flow.above;
  Flow& above = *find(id);
  remove(flow.id);
  if (std::holds_alternative<std::monostate>(above.then)) above.then = Fail{std::move(why)};
  for (const FlowId below : std::vector(above.below)) wind_up(below);
  settle(id);
}

}  // namespace attune::workflow
