// SPDX-License-Identifier: Apache-2.0
// Run: one walk through a diagram. Its flows stand in states, carry out their actions and take ways; a fork
// or a composite state makes flows below the one that entered it. The engine begins it once it has its locks,
// brings it outcomes and alarms, and looks whether it is over. Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/workflow/course.h"
#include "runtime/workflow/errands.h"
#include "runtime/workflow/evaluator.h"
#include "runtime/workflow/putting_back.h"
#include "runtime/workflow/record.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// What a run is to do. `errands` are made when it begins and done before the diagram; their Error fails it.
struct Commission {
  std::shared_ptr<const Course> course;
  TypedEvent event;
  system::ComponentId self = system::kNoComponent;
  std::function<Result<std::vector<ErrandStep>>(const system::System&)> errands;
};

class Run {
 public:
  Run(Stage& stage, RunId id, Commission commission);

  // Each of these goes on as far as it can before it returns.
  void begin();
  void ended(FlowId flow, const Call& call, const CallOutcome& outcome);
  void waited(FlowId flow);  // its wait(T) is over
  void after(FlowId flow);   // its state's `after T` is due
  void look_again();         // at the conditions and hosts that flows wait for
  // Its calls are cancelled and awaited, what it has changed is put back; then it ends as cancelled. One that
  // is putting back already gives that up, also what a single action of its had made. One that winds up
  // leaves to the next manager what takes calls: it makes none any more.
  void cancel(std::string why, bool winds_up = false);
  // Instead of begin(): one that another manager has begun. It ends as interrupted.
  void put_back(std::string why);

  bool is_over() const { return end_.has_value(); }
  RunEnd end() const { return *end_; }
  const std::string& why() const { return why_; }
  // It is over for this manager; the next one puts back what it has changed.
  bool is_left() const { return is_left_; }
  bool waits_for_condition() const { return conditions_ > 0 || awaits_host(); }
  // Whether it switches a host off or on just now, and whether it is to switch on this one.
  bool is_switching() const;
  bool switches_on(std::string_view host) const;

  // Before begin(): what it is to answer.
  void renew(TypedEvent event) { commission_.event = std::move(event); }

  RunId id() const { return id_; }
  const Commission& commission() const { return commission_; }
  std::vector<std::string> states() const;  // where its flows stand, in the order they came there

 private:
  enum class Progress { kDone, kUnderWay };
  struct Condition {
    const model::Expression* until = nullptr;
  };
  struct Sleep {
    Agenda<Alarm>::Entry alarm;
  };
  // What a flow does once all below it has ended.
  struct Leave {
    const model::Way* way = nullptr;
  };
  struct Fail {
    std::string why;
  };
  struct Vanish {};

  struct Flow {
    FlowId id = 0;
    FlowId above = 0;  // 0: it is the whole run's
    std::vector<FlowId> below;
    model::StateIndex state = model::kNoState;
    model::StateIndex origin = model::kNoState;  // the last state left that was no mere junction
    size_t action = 0;
    std::variant<std::monostate, Errands, Sleep, Condition> work;
    bool at_join = false;
    bool rests = false;  // nothing to do until `after T`
    std::optional<Agenda<Alarm>::Entry> alarm;
    const model::Way* after = nullptr;
    std::variant<std::monostate, Leave, Fail, Vanish> then;
  };

  // --- flows (run.cc) ---
  Flow& add_flow(FlowId above, model::StateIndex origin);
  Flow* find(FlowId id);
  const model::State& state_of(const Flow& flow) const { return course().state(flow.state); }
  const Course& course() const { return *commission_.course; }
  const std::string& where(const Flow& flow) const;
  void drive();
  void step(Flow& flow);
  void remove(FlowId id);
  void stop_work(Flow& flow);
  void disarm(Flow& flow);
  void wake_parked();
  bool has_come_true(const Flow& flow) const;
  bool awaits_host() const;
  void look_for_hosts();
  void give_up_errands(bool all);
  void wind_up(FlowId id);  // stops all that it does and all below
  void settle(FlowId id);   // goes on with `then` if all below has ended
  void finish(RunEnd end, std::string why);
  void go_on_putting_back();

  // --- ways (run_ways.cc) ---
  void enter(Flow& flow, model::StateIndex state);
  void arm_after(Flow& flow);
  void leave(Flow& flow);
  void take(Flow& flow, const model::Way& way);
  Result<const model::Way*> choose_way(const Flow& flow);
  Result<bool> guard_holds(const Flow& flow, const model::Way& way);
  void split(Flow& flow);
  void go_inside(Flow& flow);
  void arrive(Flow& flow);
  void check_joins(FlowId above);
  void pass_join(Flow& above, std::vector<FlowId> arrived);
  void reach_end(Flow& flow);
  void state_failed(Flow& flow, std::string why);
  void flow_failed(Flow& flow, std::string why);

  // --- actions (run_actions.cc) ---
  void act(Flow& flow);
  void action_done(Flow& flow);
  void go_on_with(Flow& flow);
  Scope scope_of(const Flow& flow) const;
  unsigned attempts_at(const Flow& flow) const;
  Result<Operand> evaluate(const Flow& flow, const model::Expression& expression);
  Result<Operand> choose(const Flow& flow, const model::Expression& expression, const std::string& variable,
                         system::ComponentId moving);
  Result<std::vector<system::ComponentId>> components(const Flow& flow, const model::Expression& expression);
  Result<Progress> start_errands(Flow& flow, std::vector<ErrandStep> steps,
                                 std::vector<ErrandStep> undo = {});
  Result<std::vector<Operand>> arguments(const Flow& flow, const model::CallAction& action,
                                         system::ComponentId moving);
  Result<void> may_migrate(system::ComponentId target, const model::CallAction& action,
                           const std::vector<Operand>& arguments) const;
  Result<std::optional<system::HostId>> host_to_switch(const Flow& flow, const model::CallAction& action);
  Result<Progress> switch_host(Flow& flow, const model::CallAction& action, system::HostId host);
  Result<std::string> place_for(const model::Class& of, const std::string& variable);
  Errand errand(const Flow& flow);

  Result<Progress> start(Flow& flow, const model::CallAction& action);
  Result<Progress> start(Flow& flow, const model::AssignAction& action);
  Result<Progress> start(Flow& flow, const model::CreateAction& action);
  Result<Progress> start(Flow& flow, const model::RemoveAction& action);
  Result<Progress> start(Flow& flow, const model::BindAction& action);
  Result<Progress> start(Flow& flow, const model::EmitAction& action);
  Result<Progress> start(Flow& flow, const model::WaitAction& action);
  Result<Progress> start(Flow& flow, const model::AlertAction& action);
  Result<Progress> start(Flow& flow, const model::PlanAction& action);
  Result<Progress> start(Flow& flow, const model::CarryOutAction& action);
  void take_plan(const Flow& flow, const CallOutcome& outcome);
  Result<void> assign_variable(const Flow& flow, const model::AssignAction& action);
  Result<Progress> assign_host(Flow& flow, const model::AssignAction& action,
                               const std::vector<system::ComponentId>& components);
  Result<void> assign_attribute(const Flow& flow, const model::AssignAction& action,
                                system::ComponentId component);

  Stage& stage_;
  const RunId id_;
  Commission commission_;
  std::map<FlowId, Flow> flows_;
  FlowId next_flow_ = 1;
  std::deque<FlowId> ready_;
  size_t steps_ = 0;  // since something came from outside
  Variables variables_;
  std::map<model::StateIndex, unsigned> attempts_;
  std::map<system::ComponentId, CallId> deploying_;
  size_t conditions_ = 0;
  std::string cancel_why_;
  bool winds_up_ = false;
  bool gives_up_ = false;           // nothing is put back any more
  RunEnd ends_as_ = RunEnd::kDone;  // once all is put back
  std::optional<PuttingBack> putting_back_;
  bool is_left_ = false;
  std::optional<RunEnd> end_;
  std::string why_;
};

}  // namespace attune::workflow
