// SPDX-License-Identifier: Apache-2.0
// Diagram: one reconfiguration diagram, the workflow that answers an event. States hold actions in order;
// then the first outgoing way that applies is taken. Immutable once checked; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/place.h"
#include "runtime/model/expression.h"

namespace attune::model {

// target.stub(arguments); target is a component or a set (then the calls run in parallel).
struct CallAction {
  Expression target;
  std::string stub;
  std::vector<Expression> arguments;
};
// name = value: a variable of the run. target.attribute = value: an attribute, or `host` (where it is to
// run).
struct AssignAction {
  std::string variable;              // or
  std::optional<Expression> target;  // the component, with
  std::string attribute;
  Expression value;
};
// variable = Class++, or Class++ alone.
struct CreateAction {
  std::string class_name;
  std::string variable;  // may be empty
};
// Class-- (the newest) or Class--(instance).
struct RemoveAction {
  std::string class_name;
  std::optional<Expression> instance;
};
// owner.role.add(component) or owner.role.remove(component)
struct BindAction {
  Expression owner;
  std::string role;
  Expression component;
  bool add = true;
};
// emit(event, component, name = value ...): puts an event into the queue.
struct EmitAction {
  std::string event;
  Expression component;
  std::vector<std::pair<std::string, Expression>> values;
};
// wait(5s), or wait(condition) until it holds.
struct WaitAction {
  Expression until;  // a Duration or a Bool
};
// alert("text", component): tells a person.
struct AlertAction {
  Expression text;
  std::optional<Expression> about;
};

// variable = placement.improve("cost", ...), or placement.empty(host, "cost", ...): asks the planner, which
// takes its time, for a plan, a text.
struct PlanAction {
  std::string variable;
  std::string question;  // one of kPlanWords
  std::vector<Expression> arguments;
};
// placement.carry_out(plan): its moves, those of one step at once.
struct CarryOutAction {
  Expression plan;
};

struct Action {
  std::variant<CallAction, AssignAction, CreateAction, RemoveAction, BindAction, EmitAction, WaitAction,
               AlertAction, PlanAction, CarryOutAction>
      what;
  std::string text;  // as written
  Place place;
};

using StateIndex = uint32_t;
using RegionIndex = uint32_t;
inline constexpr StateIndex kNoState = UINT32_MAX;

// One outgoing way of a state.
struct Way {
  enum class On { kDone, kError, kAfter };
  On on = On::kDone;
  Duration after{};                 // of kAfter
  std::optional<Expression> guard;  // absent: applies
  bool otherwise = false;           // [else]
  StateIndex to = kNoState;
  std::string label;  // as written, for the story
  Place place;
};

struct State {
  enum class Form { kStart, kEnd, kSimple, kChoice, kFork, kJoin, kComposite };
  Form form = Form::kSimple;
  std::string id;  // "[*]" for kStart and kEnd
  std::vector<Action> actions;
  std::vector<Way> ways;             // in the order written
  std::vector<RegionIndex> regions;  // of a kComposite: one, or several at once
  RegionIndex parent = 0;            // the region that it stands in
  Place place;
};

// A flow of states with its own [*] at the front; regions[0] is the whole diagram.
struct Region {
  StateIndex start = kNoState;
  StateIndex owner = kNoState;  // the composite that holds it; kNoState for the whole diagram
};

// The front matter's `attune:`.
struct Settings {
  std::string on;                    // the class that `this` is; empty: as the event's declarations say
  std::optional<Duration> cooldown;  // per diagram and component, from a run's end
  std::optional<Duration> hold;      // how long a level event must have lasted
  std::optional<Duration> release;   // how long it must have been over before it has ended
  std::optional<Duration> after_growth, after_shrink;  // rest when a class of the diagram's has grown, shrunk
  std::optional<Expression> ensure;                    // what a run that ended well must have brought about
  std::optional<Duration> within;                      // so long it is waited for that
  std::optional<unsigned> tries;                       // runs in a row without it, then it is switched off
  std::optional<unsigned> runs;                        // runs of this diagram at once
  int priority = 0;                                    // higher first
  std::optional<Duration> every;                       // a timer raises the event
  std::optional<std::string> at;                       // "03:30", local time, each day
};

struct Diagram {
  std::string event;  // the file's stem
  std::string title;
  std::string path;
  Settings settings;
  std::string subject_class;  // what `this` is; empty where the diagram has no subject (start, stop, timers)
  std::vector<State> states;
  std::vector<Region> regions;
  Place place;
};

}  // namespace attune::model
