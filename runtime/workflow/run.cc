// SPDX-License-Identifier: Apache-2.0
// A run's flows: how they are driven, wound up and ended. Their ways are in run_ways.cc, their actions in
// run_actions.cc.
#include "runtime/workflow/run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::workflow {

namespace {
// A run that takes so many steps without waiting for anything goes round in circles.
constexpr size_t kMostSteps = 10'000;
constexpr FlowId kWhole = 1;
}  // namespace

Run::Run(Stage& stage, RunId id, Commission commission)
    : stage_(stage), id_(id), commission_(std::move(commission)) {}

void Run::begin() {
  Flow& whole = add_flow(0, model::kNoState);
  if (commission_.errands) {
    auto steps = commission_.errands(stage_.system);
    if (!steps) return finish(RunEnd::kFailed, std::move(steps).error().message);
    Result<Progress> progress = start_errands(whole, *std::move(steps));
    if (!progress) return finish(RunEnd::kFailed, std::move(progress).error().message);
    if (*progress == Progress::kUnderWay) return;
  }
  ready_.push_back(whole.id);
  drive();
}

void Run::ended(FlowId id, const Call& call, const CallOutcome& outcome) {
  steps_ = 0;
  if (putting_back_ && !is_over()) {
    putting_back_->ended(call, outcome, Errand{id_, kWhole, deploying_});
    return go_on_putting_back();
  }
  Flow* flow = find(id);
  auto* errands = flow == nullptr ? nullptr : std::get_if<Errands>(&flow->work);
  if (errands == nullptr) return;
  if (call.key == kPlacementKey) take_plan(*flow, outcome);
  errands->ended(stage_, call, outcome, errand(*flow));
  if (std::holds_alternative<std::monostate>(flow->then)) {
    go_on_with(*flow);
  } else {
    settle(id);
  }
  if (call.stub == kDeploy) wake_parked();
  drive();
}

// Flows that waited for a deployment by another one.
void Run::wake_parked() {
  std::vector<FlowId> ids;
  for (const auto& [id, flow] : flows_) ids.push_back(id);
  for (const FlowId id : ids) {
    Flow* flow = find(id);
    const bool works = flow != nullptr && std::holds_alternative<Errands>(flow->work) &&
                       std::holds_alternative<std::monostate>(flow->then);
    if (works) go_on_with(*flow);
  }
}

void Run::waited(FlowId id) {
  steps_ = 0;
  Flow* flow = find(id);
  if (flow == nullptr || !std::holds_alternative<Sleep>(flow->work)) return;
  action_done(*flow);
  drive();
}

void Run::after(FlowId id) {
  steps_ = 0;
  Flow* flow = find(id);
  if (flow == nullptr || flow->after == nullptr || !std::holds_alternative<std::monostate>(flow->then))
    return;
  flow->alarm.reset();
  flow->then = Leave{flow->after};
  stop_work(*flow);
  for (const FlowId below : std::vector(flow->below)) wind_up(below);
  settle(id);
  drive();
}

bool Run::awaits_host() const {
  return std::any_of(flows_.begin(), flows_.end(), [](const auto& each) {
    const auto* errands = std::get_if<Errands>(&each.second.work);
    return errands != nullptr && errands->awaits_host();
  });
}

bool Run::is_switching() const {
  return std::any_of(flows_.begin(), flows_.end(), [](const auto& each) {
    const auto* errands = std::get_if<Errands>(&each.second.work);
    return errands != nullptr && errands->is_switching();
  });
}

bool Run::switches_on(std::string_view host) const {
  return std::any_of(flows_.begin(), flows_.end(), [&](const auto& each) {
    const auto* errands = std::get_if<Errands>(&each.second.work);
    return errands != nullptr && errands->switches_on(host);
  });
}

void Run::look_for_hosts() {
  std::vector<FlowId> waiting;
  for (const auto& [id, flow] : flows_) {
    const auto* errands = std::get_if<Errands>(&flow.work);
    if (errands != nullptr && errands->awaits_host()) waiting.push_back(id);
  }
  for (const FlowId id : waiting) {
    Flow* flow = find(id);
    const bool works = flow != nullptr && std::holds_alternative<Errands>(flow->work) &&
                       std::holds_alternative<std::monostate>(flow->then);
    if (works && !is_over() && !putting_back_) go_on_with(*flow);
  }
  if (!waiting.empty()) drive();
}

void Run::look_again() {
  steps_ = 0;
  look_for_hosts();
  while (conditions_ > 0 && !is_over() && !putting_back_) {
    const auto ready = std::find_if(flows_.begin(), flows_.end(),
                                    [this](const auto& each) { return has_come_true(each.second); });
    if (ready == flows_.end()) return;
    Flow& flow = ready->second;
    const Scope scope = scope_of(flow);
    const Result<bool> holds = Evaluator(scope).holds(*std::get<Condition>(flow.work).until);
    stop_work(flow);
    if (holds) {
      action_done(flow);
    } else {
      state_failed(flow, holds.error().message);
    }
    drive();
  }
}

// Also one that cannot be told any more: that is an error of its state.
bool Run::has_come_true(const Flow& flow) const {
  const auto* condition = std::get_if<Condition>(&flow.work);
  if (condition == nullptr) return false;
  const Scope scope = scope_of(flow);
  return Evaluator(scope).holds(*condition->until).value_or(true);
}

void Run::cancel(std::string why, bool winds_up) {
  if (is_over()) return;
  winds_up_ = winds_up_ || winds_up;
  if (putting_back_) {
    putting_back_->give_up();
    return go_on_putting_back();
  }
  const bool again = !cancel_why_.empty();
  cancel_why_ = std::move(why);
  if (again || winds_up_) give_up_errands(winds_up_);
  wind_up(kWhole);
  drive();
}

// Of all flows, or of those that undo already.
void Run::give_up_errands(bool all) {
  for (auto& [id, flow] : flows_) {
    auto* errands = std::get_if<Errands>(&flow.work);
    if (errands == nullptr || (!all && !errands->is_undoing())) continue;
    gives_up_ = gives_up_ || !all;
    errands->give_up(stage_);
  }
}

void Run::put_back(std::string why) {
  finish(RunEnd::kInterrupted, std::move(why));
}

std::vector<std::string> Run::states() const {
  if (putting_back_) return {std::string(kUndoState)};
  std::vector<std::string> names;
  for (const auto& [id, flow] : flows_) {
    if (flow.below.empty() && flow.state != model::kNoState) names.push_back(state_of(flow).id);
  }
  return names;
}

// --- flows ---

Run::Flow& Run::add_flow(FlowId above, model::StateIndex origin) {
  const FlowId id = next_flow_++;
  Flow& flow = flows_[id];
  flow.id = id;
  flow.above = above;
  flow.origin = origin;
  if (Flow* parent = find(above)) parent->below.push_back(id);
  return flow;
}

Run::Flow* Run::find(FlowId id) {
  const auto found = flows_.find(id);
  return found == flows_.end() ? nullptr : &found->second;
}

void Run::drive() {
  while (!ready_.empty() && !is_over()) {
    const FlowId id = ready_.front();
    ready_.pop_front();
    Flow* flow = find(id);
    if (flow == nullptr || !std::holds_alternative<std::monostate>(flow->then)) continue;
    const FlowId above = flow->above;
    step(*flow);
    if (!is_over()) check_joins(above);
  }
}

void Run::step(Flow& flow) {
  if (++steps_ > kMostSteps)
    return flow_failed(flow, fmt::format("it took {} steps without waiting for anything", kMostSteps));
  if (flow.state == model::kNoState) return enter(flow, course().region(0).start);
  const model::State& state = state_of(flow);
  if (flow.action < state.actions.size()) return act(flow);
  switch (state.form) {
    case model::State::Form::kEnd:
      return reach_end(flow);
    case model::State::Form::kFork:
      return split(flow);
    case model::State::Form::kJoin:
      return arrive(flow);
    case model::State::Form::kComposite:
      return go_inside(flow);
    case model::State::Form::kStart:
    case model::State::Form::kSimple:
    case model::State::Form::kChoice:
      return leave(flow);
  }
}

void Run::remove(FlowId id) {
  Flow& flow = *find(id);
  disarm(flow);
  if (Flow* above = find(flow.above)) std::erase(above->below, id);
  flows_.erase(id);
}

void Run::disarm(Flow& flow) {
  if (flow.alarm) stage_.agenda.remove(*flow.alarm);
  flow.alarm.reset();
  flow.after = nullptr;
}

// Calls are cancelled and stay the flow's work until their outcomes are there. What takes its own parts away
// already does, when the run is cancelled, what that asks for.
void Run::stop_work(Flow& flow) {
  if (auto* errands = std::get_if<Errands>(&flow.work)) {
    const bool goes_on = errands->is_undoing() && !cancel_why_.empty();
    return goes_on ? void() : errands->cancel(stage_);
  }
  if (const auto* sleep = std::get_if<Sleep>(&flow.work)) stage_.agenda.remove(sleep->alarm);
  if (std::holds_alternative<Condition>(flow.work)) --conditions_;
  flow.work = {};
}

void Run::wind_up(FlowId id) {
  Flow* flow = find(id);
  if (flow == nullptr) return;
  const bool stopped = !std::holds_alternative<std::monostate>(flow->then);
  flow->then = Vanish{};
  disarm(*flow);
  if (!stopped) stop_work(*flow);
  for (const FlowId below : std::vector(flow->below)) wind_up(below);
  settle(id);
}

void Run::settle(FlowId id) {
  Flow* flow = find(id);
  if (flow == nullptr || std::holds_alternative<std::monostate>(flow->then) || !flow->below.empty()) return;
  auto* errands = std::get_if<Errands>(&flow->work);
  if (errands != nullptr && errands->go_on(stage_, errand(*flow)) == Errands::Progress::kUnderWay) return;
  flow->work = {};
  const auto then = std::exchange(flow->then, {});
  if (const auto* way = std::get_if<Leave>(&then)) return take(*flow, *way->way);
  if (const auto* failed = std::get_if<Fail>(&then)) return state_failed(*flow, failed->why);
  const FlowId above = flow->above;
  remove(id);
  if (above == 0) return finish(RunEnd::kCancelled, cancel_why_);
  settle(above);
}

void Run::finish(RunEnd end, std::string why) {
  for (auto& [id, flow] : flows_) disarm(flow);
  ready_.clear();
  ends_as_ = end;
  why_ = std::move(why);
  const Undo& undo = std::as_const(stage_.ledger).undo_of(id_);
  is_left_ = end != RunEnd::kDone && winds_up_ && undo.needs_calls(stage_.system);
  if (end == RunEnd::kDone || is_left_ || !undo.is_needed(stage_.system)) {
    end_ = end;
    return;
  }
  stage_.ledger.record(StateEntered{id_, std::string(kUndoState)});
  putting_back_.emplace(stage_, id_);
  if (gives_up_) putting_back_->give_up();
  go_on_putting_back();
}

void Run::go_on_putting_back() {
  const Errand errand{id_, kWhole, deploying_};
  if (putting_back_->go_on(errand) == PuttingBack::Progress::kUnderWay) return;
  end_ = ends_as_;
  is_left_ = winds_up_ && !putting_back_->failure().empty();
  if (is_left_ || putting_back_->failure().empty()) return;
  const std::string failure = putting_back_->failure();
  const system::Component* subject = stage_.system.find(commission_.self);
  stage_.ledger.record(Alerted{id_, failure, subject == nullptr ? "" : subject->name});
  why_ += (why_.empty() ? "" : "; ") + failure;
}

}  // namespace attune::workflow
