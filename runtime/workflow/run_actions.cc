// SPDX-License-Identifier: Apache-2.0
// A run's actions. Each either is done at once, or fails, or leaves the flow with work under way.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/power.h"
#include "runtime/system/composition.h"
#include "runtime/workflow/host_choice.h"
#include "runtime/workflow/moving.h"
#include "runtime/workflow/planned_moves.h"
#include "runtime/workflow/run.h"
#include "runtime/workflow/standard_errands.h"
#include "runtime/workflow/switching.h"

namespace attune::workflow {

using model::Value;
using system::Component;
using system::ComponentId;

// --- how actions go ---

void Run::act(Flow& flow) {
  const model::Action& action = state_of(flow).actions[flow.action];
  Result<Progress> progress = std::visit([&](const auto& what) { return start(flow, what); }, action.what);
  if (!progress) return state_failed(flow, std::move(progress).error().message);
  if (*progress == Progress::kDone) action_done(flow);
}

void Run::action_done(Flow& flow) {
  flow.work = {};
  if (flow.state != model::kNoState) ++flow.action;
  ready_.push_back(flow.id);
}

void Run::go_on_with(Flow& flow) {
  auto& errands = std::get<Errands>(flow.work);
  switch (errands.go_on(stage_, errand(flow))) {
    case Errands::Progress::kUnderWay:
      return;
    case Errands::Progress::kDone:
      return action_done(flow);
    case Errands::Progress::kFailed:
      break;
  }
  std::string why = errands.failure();
  flow.work = {};
  state_failed(flow, std::move(why));
}

Result<Run::Progress> Run::start_errands(Flow& flow, std::vector<ErrandStep> steps,
                                         std::vector<ErrandStep> undo) {
  auto& errands = flow.work.emplace<Errands>(std::move(steps), std::move(undo));
  const auto progress = errands.go_on(stage_, errand(flow));
  if (progress == Errands::Progress::kUnderWay) return Progress::kUnderWay;
  std::string why = errands.failure();
  flow.work = {};
  if (progress == Errands::Progress::kFailed) return fail(ErrorCode::kFailed, std::move(why));
  return Progress::kDone;
}

Errand Run::errand(const Flow& flow) {
  return {id_, flow.id, deploying_, commission_.event.name == kStart};
}

// --- what expressions are worth ---

Scope Run::scope_of(const Flow& flow) const {
  Scope scope{stage_.outlook()};
  scope.self = commission_.self;
  scope.event = &commission_.event;
  scope.variables = &variables_;
  scope.attempts = attempts_at(flow);
  scope.moving = commission_.self;
  scope.reserved = stage_.reserved;
  return scope;
}

Result<Operand> Run::evaluate(const Flow& flow, const model::Expression& expression) {
  const Scope scope = scope_of(flow);
  return Evaluator(scope).evaluate(expression);
}

// Evaluates what may ask a policy. The choice is told, and the room for `moving` is set aside.
Result<Operand> Run::choose(const Flow& flow, const model::Expression& expression,
                            const std::string& variable, ComponentId moving) {
  Scope scope = scope_of(flow);
  scope.moving = moving;
  Evaluator evaluator(scope);
  Result<Operand> operand = evaluator.evaluate(expression);
  if (!operand || evaluator.choices().empty()) return operand;
  stage_.ledger.record(record_of(id_, variable, evaluator.choices().back(), scope));
  const auto* host = std::get_if<HostRef>(&*operand);
  reserve(stage_, id_, moving, host == nullptr ? system::kNoHost : host->id);
  return operand;
}

Result<std::vector<ComponentId>> Run::components(const Flow& flow, const model::Expression& expression) {
  Result<Operand> operand = evaluate(flow, expression);
  if (!operand) return fail(std::move(operand).error());
  auto ids = components_of(*operand);
  if (ids && !std::holds_alternative<None>(*operand)) return *std::move(ids);
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is {}, not a component", to_text(expression), kind_text(*operand)));
}

// --- calls ---

Result<std::vector<Operand>> Run::arguments(const Flow& flow, const model::CallAction& action,
                                            ComponentId moving) {
  std::vector<Operand> values;
  for (size_t i = 0; i < action.arguments.size(); ++i) {
    Result<Operand> value = choose(flow, action.arguments[i], fmt::format("${}", i + 1), moving);
    if (!value) return fail(std::move(value).error());
    values.push_back(*std::move(value));
  }
  return values;
}

// The host may have been chosen long ago.
Result<void> Run::may_migrate(ComponentId target, const model::CallAction& action,
                              const std::vector<Operand>& arguments) const {
  const Component* component = stage_.system.find(target);
  const model::Stub* migration =
      component == nullptr ? nullptr : migration_of(stage_.system, *component, action.stub);
  if (migration == nullptr || migration->name != action.stub) return {};
  for (const Operand& argument : arguments) {
    const auto* host = std::get_if<HostRef>(&argument);
    if (host == nullptr) continue;
    if (Result<void> allowed = may_take(stage_.system, *component, host->id); !allowed) return allowed;
  }
  return {};
}

namespace {
// nullptr: it names none.
const system::Host* host_named(const system::System& system, const Operand& operand) {
  if (const auto* one = std::get_if<HostRef>(&operand)) return system.find_host(one->id);
  const auto* value = std::get_if<Value>(&operand);
  return value == nullptr ? nullptr : system.find_host(model::to_text(*value));
}

// Of several the first that is off.
Result<system::HostId> first_off(const system::System& system, const HostSet& several,
                                 const model::Expression& expression) {
  for (const system::HostId id : several.ids) {
    const system::Host* host = system.find_host(id);
    const bool is_off = host != nullptr && host->state == system::HostState::kOff && !host->in_maintenance;
    if (is_off && !power_of(system, *host).empty()) return id;
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no host of '{}' is off that could be switched on", to_text(expression)));
}
}  // namespace

// The host that the action switches off or on: its target, or what devices of the host's family are given.
// Nothing where the stub means something else to its components.
Result<std::optional<system::HostId>> Run::host_to_switch(const Flow& flow, const model::CallAction& action) {
  const auto target = evaluate(flow, action.target);
  if (!target) return fail(target.error());
  const system::System& system = stage_.system;
  if (const auto* several = std::get_if<HostSet>(&*target)) {
    const auto first = first_off(system, *several, action.target);
    if (!first) return fail(first.error());
    return std::optional(*first);
  }
  const bool is_asked_itself =
      std::holds_alternative<ComponentRef>(*target) || std::holds_alternative<ComponentSet>(*target);
  if (is_asked_itself && action.arguments.size() != 1) return std::optional<system::HostId>();
  const auto named = is_asked_itself ? evaluate(flow, action.arguments.front()) : target;
  if (!named) return fail(named.error());
  const system::Host* host = host_named(system, *named);
  if (host == nullptr && is_asked_itself) return std::optional<system::HostId>();
  if (host == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("'{}' is no host", to_text(*named, system)));
  if (!is_asked_itself) return std::optional(host->id);
  return host_switched_by(system, *components_of(*target), *host);
}

Result<Run::Progress> Run::switch_host(Flow& flow, const model::CallAction& action, system::HostId id) {
  const system::Host& host = *stage_.system.find_host(id);
  const auto target = evaluate(flow, action.target);
  const auto* device = target ? std::get_if<ComponentRef>(&*target) : nullptr;
  const ComponentId preferred = device == nullptr ? commission_.self : device->id;
  const bool is_off = action.stub == model::kPowerOff;
  if (is_off && host.state != system::HostState::kOff) stage_.kept_on.emplace(id_, host.name);
  auto made =
      is_off ? switching_off(stage_, host, id_, preferred) : switching_on(stage_, host, id_, preferred);
  if (!made) return fail(std::move(made).error());
  return start_errands(flow, std::move(made->steps), std::move(made->undo));
}

Result<Run::Progress> Run::start(Flow& flow, const model::CallAction& action) {
  if (model::is_power_stub(action.stub)) {
    const auto host = host_to_switch(flow, action);
    if (!host) return fail(host.error());
    if (*host) return switch_host(flow, action, **host);
  }
  const auto targets = components(flow, action.target);
  if (!targets) return fail(targets.error());
  const ComponentId moving = targets->size() == 1 ? targets->front() : system::kNoComponent;
  const auto values = arguments(flow, action, moving);
  if (!values) return fail(values.error());
  CallStep step;
  for (const ComponentId target : *targets) {
    if (Result<void> allowed = may_migrate(target, action, *values); !allowed) return fail(allowed.error());
    step.requests.push_back({target, action.stub, *values});
  }
  return start_errands(flow, {std::move(step)});
}

// --- assignments ---

Result<Run::Progress> Run::start(Flow& flow, const model::AssignAction& action) {
  if (!action.variable.empty()) {
    if (Result<void> done = assign_variable(flow, action); !done) return fail(done.error());
    return Progress::kDone;
  }
  const auto targets = components(flow, *action.target);
  if (!targets) return fail(targets.error());
  if (action.attribute == "host") return assign_host(flow, action, *targets);
  for (const ComponentId target : *targets)
    if (Result<void> done = assign_attribute(flow, action, target); !done) return fail(done.error());
  return Progress::kDone;
}

Result<void> Run::assign_variable(const Flow& flow, const model::AssignAction& action) {
  Result<Operand> value = choose(flow, action.value, action.variable, commission_.self);
  if (!value) return fail(std::move(value).error());
  stage_.ledger.record(VariableSet{id_, action.variable, to_text(*value, stage_.system)});
  variables_.insert_or_assign(action.variable, *std::move(value));
  return {};
}

Result<void> Run::assign_attribute(const Flow& flow, const model::AssignAction& action,
                                   ComponentId component) {
  Result<Operand> operand = evaluate(flow, action.value);
  if (!operand) return fail(std::move(operand).error());
  const auto* value = std::get_if<Value>(&*operand);
  if (value == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is {}, and an attribute holds values only",
                                                 to_text(action.value), kind_text(*operand)));
  }
  return stage_.ledger.change(system::AttributeSet{component, action.attribute, *value}, id_);
}

// What was deployed where it leaves is removed there first; what cannot be is left.
Result<Run::Progress> Run::assign_host(Flow& flow, const model::AssignAction& action,
                                       const std::vector<ComponentId>& components) {
  std::vector<ErrandStep> steps;
  for (const ComponentId component : components) {
    const Component* moved = stage_.system.find(component);
    if (moved == nullptr) return fail(ErrorCode::kNotFound, "the component was removed meanwhile");
    const Result<Operand> operand = choose(flow, action.value, moved->name + ".host", component);
    if (!operand) return fail(operand.error());
    if (std::holds_alternative<None>(*operand))
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' gives no host for {}", to_text(action.value), moved->name));
    const auto* host = std::get_if<HostRef>(&*operand);
    const Result<void> allowed = host == nullptr ? Result<void>() : may_take(stage_.system, *moved, host->id);
    if (!allowed) return fail(allowed.error());
    auto moving = move(stage_.system, *moved, to_text(*operand, stage_.system));
    if (!moving) return fail(std::move(moving).error());
    for (ErrandStep& step : *moving) steps.push_back(std::move(step));
  }
  return start_errands(flow, std::move(steps));
}

// --- coming and going ---

// The host for a new instance of the class: with the memory for it, and the fewest components.
Result<std::string> Run::place_for(const model::Class& of, const std::string& variable) {
  const model::Attribute* memory = of.find_attribute("memory");
  const auto* needed = memory != nullptr && memory->value ? memory->value->get_if<model::Size>() : nullptr;
  const auto fits = [&](const system::Candidate& one) -> std::optional<std::string> {
    if (needed == nullptr || !one.free_memory || *one.free_memory >= *needed) return std::nullopt;
    return fmt::format("only {} free", model::to_text(Value(*one.free_memory)));
  };
  const model::Expression room = has_free_memory(needed == nullptr ? model::Size{} : *needed);
  const Evaluator::Asked asked{system::Policy::kAny, needed == nullptr ? nullptr : &room,
                               system::choose(stage_.system, of.host_family, system::Policy::kAny, nullptr,
                                              stage_.reserved, fits, stage_.now())};
  HostChosen chosen = record_of(id_, variable, asked, Scope{stage_.outlook()});
  std::string host = chosen.host;
  const std::string why = text_of(chosen);
  stage_.ledger.record(std::move(chosen));
  if (asked.choice.host != nullptr) return host;
  return fail(ErrorCode::kNoSpace, fmt::format("no place for a new '{}': {}", of.name, why));
}

Result<Run::Progress> Run::start(Flow& flow, const model::CreateAction& action) {
  const model::Class* of = stage_.project.find_class(action.class_name);
  if (of == nullptr) return fail(ErrorCode::kNotFound, fmt::format("no class '{}'", action.class_name));
  const auto changes = system::creation(stage_.system, action.class_name);
  if (!changes) return fail(changes.error());
  Result<std::string> host = std::string();
  if (!of->host_family.empty()) host = place_for(*of, action.variable.empty() ? of->name : action.variable);
  if (!host) return fail(host.error());
  CallStep deployment;
  for (const system::Change& change : *changes) {
    if (Result<void> done = stage_.ledger.change(change, id_); !done) return fail(done.error());
    if (const auto* created = std::get_if<system::ComponentCreated>(&change))
      deployment.requests.push_back({created->id, std::string(kDeploy), {}});
  }
  const ComponentId made = deployment.requests.front().component;
  if (!host->empty()) {
    if (Result<void> done = stage_.ledger.change(system::HostAssigned{made, *host}, id_); !done)
      return fail(done.error());
  }
  if (!action.variable.empty()) {
    stage_.ledger.record(VariableSet{id_, action.variable, stage_.system.find(made)->name});
    variables_.insert_or_assign(action.variable, ComponentRef{made});
  }
  return start_errands(flow, {std::move(deployment)}, unmaking(stage_.system, *stage_.system.find(made)));
}

Result<Run::Progress> Run::start(Flow& flow, const model::RemoveAction& action) {
  ComponentId gone = system::kNoComponent;
  if (action.instance) {
    const auto named = components(flow, *action.instance);
    if (!named) return fail(named.error());
    if (named->size() != 1) {
      return fail(ErrorCode::kInvalid, fmt::format("'{}' names {} components; one can be removed at a time",
                                                   to_text(*action.instance), named->size()));
    }
    gone = named->front();
  } else {
    for (const Component* one : stage_.system.instances(action.class_name))
      gone = gone == system::kNoComponent ? one->id : std::max(gone, one->id);
  }
  const Component* component = stage_.system.find(gone);
  if (component == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no '{}' to remove", action.class_name));
  std::vector<ErrandStep> steps = taking_down(stage_.system, *component, true);
  steps.emplace_back(RemoveStep{gone});
  return start_errands(flow, std::move(steps));
}

Result<Run::Progress> Run::start(Flow& flow, const model::BindAction& action) {
  const auto owners = components(flow, action.owner);
  if (!owners) return fail(owners.error());
  const auto others = components(flow, action.component);
  if (!others) return fail(others.error());
  for (const ComponentId owner : *owners) {
    for (const ComponentId other : *others) {
      const system::Change change = action.add ? system::Change(system::Bound{owner, action.role, other})
                                               : system::Change(system::Unbound{owner, action.role, other});
      if (Result<void> done = stage_.ledger.change(change, id_); !done) return fail(done.error());
    }
  }
  return Progress::kDone;
}

// --- the rest ---

Result<Run::Progress> Run::start(Flow& flow, const model::EmitAction& action) {
  const Result<Operand> about = evaluate(flow, action.component);
  if (!about) return fail(about.error());
  Event event;
  event.name = action.event;
  if (!std::holds_alternative<None>(*about)) event.component = to_text(*about, stage_.system);
  for (const auto& [name, expression] : action.values) {
    const Result<Operand> value = evaluate(flow, expression);
    if (!value) return fail(value.error());
    event.values.emplace_back(name, to_text(*value, stage_.system));
  }
  event.source = fmt::format("run {}", id_);
  event.received = stage_.now();
  stage_.emit(std::move(event));
  return Progress::kDone;
}

Result<Run::Progress> Run::start(Flow& flow, const model::WaitAction& action) {
  const Result<Operand> until = evaluate(flow, action.until);
  if (!until) return fail(until.error());
  const auto* value = std::get_if<Value>(&*until);
  const Duration* time = value == nullptr ? nullptr : value->get_if<Duration>();
  const bool* holds = value == nullptr ? nullptr : value->get_if<bool>();
  if (time != nullptr) {
    flow.work = Sleep{stage_.agenda.add(stage_.now() + *time, WaitAlarm{id_, flow.id})};
    return Progress::kUnderWay;
  }
  if (holds == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is {}; wait takes a Duration or a condition",
                                                 to_text(action.until), kind_text(*until)));
  }
  if (*holds) return Progress::kDone;
  flow.work = Condition{&action.until};
  ++conditions_;
  return Progress::kUnderWay;
}

Result<Run::Progress> Run::start(Flow& flow, const model::AlertAction& action) {
  const Result<Operand> text = evaluate(flow, action.text);
  if (!text) return fail(text.error());
  std::string about;
  if (action.about) {
    const Result<Operand> operand = evaluate(flow, *action.about);
    if (!operand) return fail(operand.error());
    about = to_text(*operand, stage_.system);
  }
  stage_.ledger.record(Alerted{id_, to_text(*text, stage_.system), std::move(about)});
  return Progress::kDone;
}

// --- plans ---

Result<Run::Progress> Run::start(Flow& flow, const model::PlanAction& action) {
  CallStep step;
  Request& request = step.requests.emplace_back();
  request.stub = action.question;
  for (const model::Expression& argument : action.arguments) {
    Result<Operand> value = evaluate(flow, argument);
    if (!value) return fail(std::move(value).error());
    request.arguments.push_back(*std::move(value));
  }
  return start_errands(flow, {std::move(step)});
}

// The planner's answer is what the action's variable is given.
void Run::take_plan(const Flow& flow, const CallOutcome& outcome) {
  const auto* action = std::get_if<model::PlanAction>(&state_of(flow).actions[flow.action].what);
  const auto* exited = std::get_if<CallExited>(&outcome);
  if (action == nullptr || exited == nullptr || exited->code != 0) return;
  stage_.ledger.record(VariableSet{id_, action->variable, exited->message});
  variables_.insert_or_assign(action->variable, Value(exited->message));
}

Result<Run::Progress> Run::start(Flow& flow, const model::CarryOutAction& action) {
  const Result<Operand> plan = evaluate(flow, action.plan);
  if (!plan) return fail(plan.error());
  const auto* value = std::get_if<Value>(&*plan);
  const auto* text = value == nullptr ? nullptr : value->get_if<std::string>();
  if (text == nullptr)
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' is {}, not a plan", to_text(action.plan), kind_text(*plan)));
  const auto moves = parse_plan(*text);
  if (!moves) return fail(moves.error());
  auto steps = carrying_out(stage_.system, *moves);
  if (!steps) return fail(std::move(steps).error());
  for (const auto& step : *moves)  // also a host that a component only passes through
    for (const PlannedMove& move : step)
      reserve_also(stage_, id_, stage_.system.find(move.component)->id, stage_.system.find_host(move.to)->id);
  return start_errands(flow, *std::move(steps));
}

}  // namespace attune::workflow
