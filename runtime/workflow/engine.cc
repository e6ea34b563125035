// SPDX-License-Identifier: Apache-2.0
// The engine's inputs. Each opens the ledger, does its part, lets follow what has become possible, and closes
// the ledger.
#include "runtime/workflow/engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/own_runs.h"
#include "runtime/model/settings.h"
#include "runtime/system/composition.h"
#include "runtime/system/inverse.h"
#include "runtime/system/placement.h"
#include "runtime/workflow/call_by_hand.h"
#include "runtime/workflow/engine_state.h"
#include "runtime/workflow/standard_errands.h"

namespace attune::workflow {

using system::Component;

namespace {
constexpr std::string_view kSelf = "attune";  // who, where nobody else
}  // namespace

Engine::State::State(const model::Project& of, system::System& live, Surroundings surroundings)
    : project(of),
      system(live),
      stage(of, live, std::move(surroundings),
            static_cast<unsigned>(std::max<int64_t>(1, model::setting_as<int64_t>(of, "calls.parallel")))),
      reactions(of),
      suppressed([this](Instant at) { return clock_text(at); }),
      limits(of) {}

Engine::Engine(const model::Project& project, system::System& system, Surroundings surroundings)
    : state_(std::make_unique<State>(project, system, std::move(surroundings))) {}
Engine::~Engine() = default;

Effects Engine::conclude() {
  state_->conclude();
  return state_->stage.ledger.close();
}

// --- the manager's life ---

Effects Engine::started(std::string version, const History& history, Now now) {
  State& s = *state_;
  Ledger& ledger = s.stage.ledger;
  ledger.open(now);
  ledger.go_on_from(history.next());
  ledger.record(ManagerStarted{std::move(version)});
  for (const auto& [id, call] : history.open_calls()) {
    const CallLost lost{"the manager ended while it went on"};
    settle(s.stage, OpenCall{call, 0, now.steady}, lost);
  }
  for (const auto& [of, at] : history.ends()) s.rest(of.second, of.first, now.wall - at);
  s.own_stops = history.own_stops().all();
  s.powering.off = history.off_hosts();
  s.go_on_settling(history.open_calls());
  s.trials = history.trials();
  s.trials.forget_gone(s.system);
  ledger.remember(by_steady_clock(history.lately(), now));
  s.go_on_from(history.open_runs());
  s.take_modes_of(history);
  s.is_started = history.is_started();
  return conclude();
}

Result<Effects> Engine::begin(const model::Instances& initial, Now now) {
  State& s = *state_;
  Ledger& ledger = s.stage.ledger;
  ledger.open(now);
  for (const system::Change& change : system::initial(s.system, initial)) {
    if (Result<void> made = ledger.change(change, 0, std::string(kSelf)); !made) return fail(made.error());
  }
  const auto placed = system::place_all(s.system);
  if (!placed) return fail(placed.error());
  for (const system::Change& change : *placed) {
    if (Result<void> done = ledger.change(change, 0, std::string(kSelf)); !done) return fail(done.error());
  }
  s.put_back_interrupted();
  s.timetable.arm(s.stage, s.reactions);
  s.begin_fencing();
  s.powering.looks = true;
  s.tell_of_interrupted();
  if (s.is_started) s.note_empty_hosts();
  if (!s.is_started) {
    const Reaction* start = s.reactions.find(kStart);
    Commission commission;
    commission.course = start == nullptr ? std::make_shared<const Course>(Course::straight()) : start->course;
    commission.errands = [all = start == nullptr](const system::System& system) {
      std::vector<ErrandStep> steps{first_deployment(system)};
      if (!all) return Result<std::vector<ErrandStep>>(std::move(steps));
      for (ErrandStep& step : start_all(system)) steps.push_back(std::move(step));
      return Result<std::vector<ErrandStep>>(std::move(steps));
    };
    const RunId run = s.commission_by_hand(kStart, std::string(kSelf), {}, std::move(commission),
                                           [&s] { return s.everything(); });
    ledger.name_run(run);
  }
  return conclude();
}

Result<Effects> Engine::stop(std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  if (s.is_stopping) return fail(ErrorCode::kExists, "the manager is stopping already");
  s.is_stopping = true;
  s.cancel_waiting("the manager is stopping");
  const Reaction* stop = s.reactions.find(kStop);
  Commission commission;
  commission.course = stop == nullptr ? std::make_shared<const Course>(Course::straight()) : stop->course;
  if (stop == nullptr) {
    commission.errands = [](const system::System& system) {
      return Result<std::vector<ErrandStep>>(stop_all(system));
    };
  }
  s.stage.ledger.name_run(
      s.commission_by_hand(kStop, std::move(by), {}, std::move(commission), [&s] { return s.everything(); }));
  return conclude();
}

Effects Engine::wind_up(const std::string& why, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  s.is_stopping = s.is_winding_up = true;
  s.cancel_waiting(why);
  std::vector<RunId> going_on;
  for (const auto& [id, playing] : s.runs) going_on.push_back(id);
  for (const RunId id : going_on) {
    const auto found = s.runs.find(id);
    if (found == s.runs.end()) continue;
    if (found->second->waiting) continue;  // an interrupted one: the next manager sees to it
    found->second->run.cancel(why, true);
    s.look_after(id);
  }
  return conclude();
}

Effects Engine::stopped(std::string why, Now now) {
  Ledger& ledger = state_->stage.ledger;
  ledger.open(now);
  state_->suppressed.tell_all(ledger);
  ledger.record(ManagerStopped{std::move(why)});
  return ledger.close();
}

// --- the world ---

Result<Effects> Engine::accept(const Event& event, Now now) {
  state_->stage.ledger.open(now);
  if (Result<void> accepted = state_->accept(event); !accepted) return fail(std::move(accepted).error());
  return conclude();
}

Effects Engine::ended(CallId id, CallOutcome outcome, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const auto found = s.stage.calls.find(id);
  if (found == s.stage.calls.end()) return {};
  const OpenCall open = std::move(found->second);
  s.stage.calls.erase(found);
  settle(s.stage, open, outcome);
  const auto playing = s.runs.find(open.call.run);
  if (playing != s.runs.end()) {
    playing->second->run.ended(open.flow, open.call, outcome);
    s.look_after(open.call.run);
  }
  return conclude();
}

Effects Engine::observed(system::Change change, std::string source, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  // What the system has no place for (a component that is gone) is refused there and not recorded.
  if (is_so(s.system, change)) return conclude();
  const auto* host = std::get_if<system::HostChanged>(&change);
  if (host != nullptr && s.is_on_its_way_down(*host)) return conclude();
  const std::string name = host == nullptr ? std::string() : host->host;
  if (s.stage.ledger.change(std::move(change), 0, std::move(source)) && !name.empty()) s.host_changed(name);
  return conclude();
}

Effects Engine::alert(std::string text, std::string component, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  s.stage.ledger.record(Alerted{0, std::move(text), std::move(component)});
  return conclude();
}

Effects Engine::tick(Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  while (auto alarm = s.stage.agenda.take_due(now.steady)) s.ring(*alarm);
  s.suppressed.tell_due(s.stage.ledger);
  return conclude();
}

std::optional<Instant> Engine::next_deadline() const {
  const State& s = *state_;
  std::optional<Instant> next = s.stage.agenda.next();
  const std::optional<Instant> told = s.suppressed.next();
  if (told && (!next || *told < *next)) next = told;
  if (!s.stage.emitted.empty()) next = s.stage.now();
  return next;
}

void Engine::end_timers() {
  state_->stage.agenda.remove_all(
      [](const Alarm& alarm) { return std::holds_alternative<TimerAlarm>(alarm); });
}

// --- by hand ---

namespace {

// Who takes the last that a cardinality asks for binds another before, where there is room for one.
Result<void> may_unbind(const system::System& system, const system::Unbound& change) {
  const Component* from = system.find(change.from);
  if (from == nullptr) return {};
  const auto bound = system.along(*from, change.role);
  const bool is_bound =
      bound && std::find(bound->begin(), bound->end(), system.find(change.to)) != bound->end();
  if (!is_bound) return {};  // the change itself says what is wrong
  const model::Association* along = system.project().find_role(system.class_of(*from).name, change.role);
  if (bound->size() > along->to_count.min || bound->size() >= along->to_count.max) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("{}.{} needs {} '{}' at least: bind another in its place first", from->name,
                          change.role, along->to_count.min, along->to));
}

// What others need goes only after they have another, or were unbound from it.
Result<void> may_remove(const system::System& system, const Component& component) {
  const std::vector<system::Change> changes = system::removal(system, component);
  std::set<system::ComponentId> gone;
  for (const system::Change& change : changes)
    if (const auto* removed = std::get_if<system::ComponentRemoved>(&change)) gone.insert(removed->id);
  for (const system::Change& change : changes) {
    const auto* unbound = std::get_if<system::Unbound>(&change);
    if (unbound == nullptr || gone.contains(unbound->from)) continue;
    const Component& owner = *system.find(unbound->from);
    const model::Association* along = system.project().find_role(system.class_of(owner).name, unbound->role);
    if (system.along(owner, unbound->role)->size() > along->to_count.min) continue;
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{}.{} needs {} '{}' at least: bind another there first, or unbind {}", owner.name,
                    unbound->role, along->to_count.min, along->to, system.find(unbound->to)->name));
  }
  return {};
}

auto no_component(std::string_view name) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no component '{}': see `attune status`", name));
}

}  // namespace

Result<Effects> Engine::call(std::string_view component, std::string_view stub,
                             std::vector<std::string> arguments, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const Component* target = s.system.find(component);
  if (target == nullptr) return no_component(component);
  auto request = request_by_hand(s.system, *target, stub, arguments);
  if (!request) return fail(std::move(request).error());
  auto action = s.switching_by_hand(*target, stub, arguments);
  if (!action) return fail(std::move(action).error());
  TypedEvent event{{}, target->name, {}, {{"stub", model::Value(std::string(stub))}}};
  for (size_t i = 0; i < arguments.size(); ++i)
    event.values.emplace_back(std::to_string(i + 1), model::Value(std::move(arguments[i])));
  if (*action) {
    s.stage.ledger.name_run(
        s.commission_one(model::kCallRun, std::move(by), std::move(event), target->id, **std::move(action)));
    return conclude();
  }
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  commission.self = target->id;
  commission.errands = [request = *std::move(request)](const system::System&) {
    return Result<std::vector<ErrandStep>>(std::vector<ErrandStep>{CallStep{{request}}});
  };
  s.stage.ledger.name_run(s.commission_by_hand(model::kCallRun, std::move(by), std::move(event),
                                               std::move(commission),
                                               [&s, id = target->id, stub = std::string(stub)] {
                                                 Footprint one = s.footprint_of_one(id);
                                                 add_ended(one, s.system, id, stub);
                                                 return one;
                                               }));
  return conclude();
}

Result<Effects> Engine::undeploy(std::string_view component, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const Component* target = s.system.find(component);
  if (target == nullptr) return no_component(component);
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  commission.self = target->id;
  commission.errands = [id = target->id](const system::System& system) {
    return Result<std::vector<ErrandStep>>(taking_down(system, *system.find(id), false));
  };
  TypedEvent event{{}, target->name, {}, {}};
  s.stage.ledger.name_run(s.commission_by_hand(model::kUndeployRun, std::move(by), std::move(event),
                                               std::move(commission),
                                               [&s, id = target->id] { return s.footprint_of_whole(id); }));
  return conclude();
}

Result<Effects> Engine::undeploy_all(std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  Commission commission;
  commission.course = std::make_shared<const Course>(Course::straight());
  commission.errands = [](const system::System& system) {
    return Result<std::vector<ErrandStep>>(workflow::undeploy_all(system));
  };
  s.stage.ledger.name_run(s.commission_by_hand(model::kUndeployRun, std::move(by), {}, std::move(commission),
                                               [&s] { return s.everything(); }));
  return conclude();
}

Result<Effects> Engine::create(std::string_view class_name, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const model::Class* of = s.project.find_class(class_name);
  if (of == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no class '{}' in this project", class_name));
  if (of->host_family.empty())
    return fail(ErrorCode::kInvalid,
                fmt::format("a '{}' is made with what contains it: make the container", class_name));
  if (const auto possible = system::creation(s.system, class_name); !possible) return fail(possible.error());
  model::Action action;
  action.what = model::CreateAction{of->name, {}};
  action.text = of->name + "++";
  TypedEvent event{{}, {}, {}, {{"class", model::Value(of->name)}}};
  s.stage.ledger.name_run(s.commission_one(model::kCreateRun, std::move(by), std::move(event),
                                           system::kNoComponent, std::move(action)));
  return conclude();
}

Result<Effects> Engine::remove(std::string_view component, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const Component* target = s.system.find(component);
  if (target == nullptr) return no_component(component);
  if (target->container != system::kNoComponent)
    return fail(ErrorCode::kInvalid, fmt::format("{} is a part of {}: it goes with that", component,
                                                 s.system.find(target->container)->name));
  if (auto allowed = may_remove(s.system, *target); !allowed) return fail(std::move(allowed).error());
  model::Expression itself;
  itself.form = model::Expression::Form::kName;
  itself.meaning = model::Expression::Meaning::kThis;
  itself.name = "this";
  model::Action action;
  action.what = model::RemoveAction{s.system.class_of(*target).name, std::move(itself)};
  action.text = s.system.class_of(*target).name + "--(this)";
  TypedEvent event{{}, target->name, {}, {}};
  s.stage.ledger.name_run(
      s.commission_one(model::kRemoveRun, std::move(by), std::move(event), target->id, std::move(action)));
  return conclude();
}

Result<Effects> Engine::change(system::Change change, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  Result<void> done;
  if (const auto* unbound = std::get_if<system::Unbound>(&change)) done = may_unbind(s.system, *unbound);
  if (!done) return fail(std::move(done).error());
  if (const auto* assigned = std::get_if<system::HostAssigned>(&change)) {
    done = s.move_by_hand(*assigned, std::move(by));
  } else if (const auto* changed = std::get_if<system::HostChanged>(&change)) {
    const auto maintenance = changed->maintenance;
    done = maintenance == system::Maintenance::kAsBefore
               ? s.give_up(changed->host, by)
               : s.maintain(changed->host, maintenance == system::Maintenance::kBegun, by);
  } else if (std::holds_alternative<system::AttributeSet>(change) ||
             std::holds_alternative<system::Bound>(change) ||
             std::holds_alternative<system::Unbound>(change)) {
    done = s.stage.ledger.change(std::move(change), 0, std::move(by));
  } else {
    done = fail(ErrorCode::kInvalid, "by hand attributes, bindings and hosts can be changed, nothing else");
  }
  if (!done) return fail(std::move(done).error());
  return conclude();
}

Result<Effects> Engine::cancel(RunId id, std::string by, Now now) {
  State& s = *state_;
  s.stage.ledger.open(now);
  const auto found = s.runs.find(id);
  if (found == s.runs.end())
    return fail(ErrorCode::kNotFound, fmt::format("no run {} goes on; `attune status` lists them", id));
  const std::string why = "cancelled by " + by;
  if (found->second->interrupted && found->second->waiting) {
    s.end_run(*found->second, RunEnd::kInterrupted, why + " before it was put back");
  } else if (found->second->waiting) {
    s.end_run(*found->second, RunEnd::kCancelled, why);
  } else {
    found->second->run.cancel(why);
    s.look_after(id);
  }
  return conclude();
}

std::vector<RunView> Engine::runs() const {
  const State& s = *state_;
  std::vector<RunView> views;
  for (const auto& [id, playing] : s.runs) {
    const Component* subject = s.system.find(playing->run.commission().self);
    RunView view{id, playing->diagram, subject == nullptr ? "" : subject->name, {}, playing->waiting, {}};
    if (playing->waiting) {
      view.is_withheld = playing->barrier.has_value();
      view.needs_approval = view.is_withheld && playing->barrier->of.mode == Mode::kRecommend;
      view.waits_for = s.why_waiting(*playing);
    } else {
      view.states = playing->run.states();
    }
    views.push_back(std::move(view));
  }
  return views;
}

const OffHosts& Engine::off_hosts() const {
  return state_->powering.off;
}

bool Engine::is_held(system::ComponentId id) const {
  const Component* component = state_->system.find(id);
  return component != nullptr && state_->locks.holder(id, component->class_index) != 0;
}

}  // namespace attune::workflow
