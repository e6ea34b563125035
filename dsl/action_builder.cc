// SPDX-License-Identifier: Apache-2.0
#include "dsl/action_builder.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/call_checker.h"
#include "runtime/base/suggest.h"
#include "runtime/model/navigation.h"
#include "runtime/model/power.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::Kind;
using model::Type;
using Form = model::Expression::Form;
using Meaning = model::Expression::Meaning;
using Of = model::Kind::Of;

bool is_value(const Kind& kind, Type type) {
  return kind.of == Of::kValue && kind.type == type;
}

}  // namespace

void ActionBuilder::tell(std::string_view code, const Place& place, std::string message, std::string hint) {
  found_.error(code, place, std::move(message), std::move(hint));
}

std::optional<model::Action> ActionBuilder::build(const Description& description) {
  if (!description.action) return std::nullopt;
  const ActionSyntax& syntax = *description.action;
  const auto what = [&]() -> What {
    switch (syntax.form) {
      case ActionSyntax::Form::kCall:
        return call(syntax);
      case ActionSyntax::Form::kAssign:
        return assignment(syntax);
      case ActionSyntax::Form::kCreate:
        return creation(syntax);
      case ActionSyntax::Form::kRemove:
        return removal(syntax);
      case ActionSyntax::Form::kEmit:
        return emission(syntax);
      case ActionSyntax::Form::kWait:
        return waiting(syntax);
      case ActionSyntax::Form::kAlert:
        break;
    }
    return alert(syntax);
  };
  return model::Action{what(), description.text.text, description.text.place};
}

// Whether it is one component, or several; what has an error is none, and has been told.
bool ActionBuilder::must_be_component(const Expression& e, std::string_view why) {
  if (is_component(e.kind)) return true;
  if (e.kind.of != Of::kUnknown)
    tell("no-component", e.place, fmt::format("'{}' is {}; {}", to_text(e), to_text(e.kind), why));
  return false;
}

const model::Class* ActionBuilder::find_class(const Text& name) {
  if (const model::Class* of = scope_.find_class(name.text)) return of;
  std::vector<std::string> known;
  for (const model::Class& one : scope_.project().classes) known.push_back(one.name);
  tell("unknown-class", name.place, fmt::format("there is no class '{}'", name.text),
       suggestion(name.text, known));
  return nullptr;
}

// --- calls and bindings ---

ActionBuilder::What ActionBuilder::call(const ActionSyntax& syntax) {
  Expression e = *syntax.target;
  if (is_of_placement(e)) return carrying_out(std::move(e));
  checker_.check(e.operands[0]);
  const bool binds = e.name == "add" || e.name == "remove";
  if (binds && is_role(e.operands[0])) return binding(std::move(e));
  model::CallAction action;
  action.stub = e.name;
  action.target = std::move(e.operands[0]);
  for (size_t i = 1; i < e.operands.size(); ++i) action.arguments.push_back(std::move(e.operands[i]));
  const Kind& target = action.target.kind;
  const bool gives = model::is_one_of(action.stub, model::kPolicyWords) ||
                     (model::is_one_of(action.stub, model::kConditionWords) && !is_component(target));
  if (is_host(target) && gives) {
    tell("no-action", e.place, fmt::format("what '{}' gives is not used", action.stub),
         fmt::format("keep it: x = {}.{}(...)", to_text(action.target), action.stub));
    return action;
  }
  for (Expression& argument : action.arguments) checker_.check(argument);
  if (checker_.is_host_of_event(action.target)) action.target.kind = {Of::kHost, Type::kString, {}, false};
  if (is_host(target) && model::is_power_stub(action.stub)) {
    check_switching(action, e.place);
    return action;
  }
  if (must_be_component(action.target, "stubs are called of components"))
    CallChecker(scope_.rules(), found_).check(action, e.place);
  return action;
}

// host.power_off(), host.power_on(); family.power_on() for one of its hosts.
void ActionBuilder::check_switching(const model::CallAction& action, const Place& place) {
  const Kind& target = action.target.kind;
  if (!action.arguments.empty())
    return tell("wrong-arguments", action.arguments.front().place,
                fmt::format("'{}' of a host takes no arguments", action.stub), "leave them out");
  if (target.of == Of::kHosts && action.stub == model::kPowerOff)
    return tell(
        "one-at-a-time", action.target.place,
        fmt::format("'{}' is {}, and one is switched off at a time", to_text(action.target), to_text(target)),
        fmt::format("choose one: x = {}.any({})", to_text(action.target), model::kSpare));
  const auto& families = scope_.project().families;
  const bool can_be = std::any_of(families.begin(), families.end(), [&](const model::HostFamily& family) {
    return (target.name.empty() || family.name == target.name) && model::has_power(family);
  });
  if (!can_be)
    tell("no-power", place,
         target.name.empty() ? std::string("no host of this project can be switched off and on")
                             : fmt::format("hosts of '{}' cannot be switched off and on", target.name),
         "name the class that does it in the host family: +power: String = \"...\"");
}

bool ActionBuilder::is_of_placement(const Expression& e) {
  if (e.form != Form::kCall || e.operands[0].form != Form::kName) return false;
  const auto meant = scope_.find(e.operands[0].name, nullptr);
  return meant && meant->meaning == Meaning::kPlacement;
}

// placement.carry_out(plan)
ActionBuilder::What ActionBuilder::carrying_out(Expression e) {
  model::CarryOutAction action;
  if (e.name != model::kCarryOut) {
    const bool gives = model::is_one_of(e.name, model::kPlanWords);
    if (gives)
      tell("no-action", e.place, fmt::format("the plan that '{}' gives is not used", e.name),
           fmt::format("keep it: p = {}", to_text(e)));
    else
      tell("unknown-name", e.place, fmt::format("placement does not '{}'", e.name),
           suggestion(e.name, {std::string(model::kCarryOut)}));
    return action;
  }
  if (e.operands.size() != 2) {
    tell("wrong-arguments", e.place, "'carry_out' takes one plan", "write placement.carry_out(p)");
    return action;
  }
  action.plan = std::move(e.operands[1]);
  checker_.check(action.plan);
  const Kind& kind = action.plan.kind;
  if (kind.of != Of::kUnknown && !is_value(kind, Type::kString))
    tell("wrong-kind", action.plan.place,
         fmt::format("'{}' is {}, not a plan", to_text(action.plan), to_text(kind)),
         "a plan comes of p = placement.improve(\"cost\")");
  return action;
}

bool ActionBuilder::is_role(const Expression& e) const {
  if (e.form == Form::kName) return e.meaning == Meaning::kRole;
  return e.form == Form::kMember && scope_.rules().find_role(e.operands[0].kind, e.name) != nullptr;
}

// owner.role.add(component)
ActionBuilder::What ActionBuilder::binding(Expression e) {
  Expression& role = e.operands[0];
  model::BindAction action;
  action.add = e.name == "add";
  action.role = role.name;
  if (role.form == Form::kMember) {
    action.owner = role.operands[0];
  } else {
    action.owner.form = Form::kName;
    action.owner.name = "this";
    action.owner.place = role.place;
    checker_.check(action.owner);
  }
  if (e.operands.size() != 2) {
    tell("wrong-arguments", e.place, fmt::format("'{}' takes one component", e.name),
         fmt::format("write it as in {}.{}(x)", to_text(role), e.name));
    return action;
  }
  const model::Association& bound = *scope_.rules().find_role(action.owner.kind, action.role);
  if (bound.composition)
    tell("content-binding", role.place,
         fmt::format("'{}' are contents: they come and go with their container", role.name),
         fmt::format("remove them with {}--, or use a role of a plain association", bound.to));
  action.component = std::move(e.operands[1]);
  checker_.check(action.component);
  const Kind& kind = action.component.kind;
  if (must_be_component(action.component, "a binding leads to a component") && !kind.name.empty() &&
      !scope_.tree().are_related(kind.name, bound.to))
    tell("wrong-class", action.component.place,
         fmt::format("'{}' takes {}, not {}", to_text(role),
                     to_text(Kind{Of::kComponent, Type::kString, bound.to, false}), to_text(kind)),
         fmt::format("the deployment diagram binds {} --> {} as '{}'", bound.from, bound.to, bound.role));
  return action;
}

// --- assignments ---

ActionBuilder::What ActionBuilder::assignment(const ActionSyntax& syntax) {
  model::AssignAction action;
  action.value = *syntax.value;
  const Expression& target = *syntax.target;
  if (target.form == Form::kName && is_of_placement(action.value)) {
    checker_.check_assigned(action.value);
    return planning(target.name, std::move(action.value));
  }
  checker_.check(action.value);
  if (target.form == Form::kName) {
    action.variable = target.name;
    return action;
  }
  action.attribute = target.name;
  action.target = target.operands[0];
  checker_.check(*action.target);
  if (!must_be_component(*action.target, "only a component's attributes can be changed")) return action;
  if (action.attribute == "host") {
    check_host(action, target.place);
  } else {
    check_attribute(action, target.place);
  }
  return action;
}

ActionBuilder::What ActionBuilder::planning(std::string variable, Expression e) {
  model::PlanAction action{std::move(variable), e.name, {}};
  for (size_t i = 1; i < e.operands.size(); ++i) action.arguments.push_back(std::move(e.operands[i]));
  return action;
}

void ActionBuilder::check_attribute(const model::AssignAction& action, const Place& place) {
  const Kind& of = action.target->kind;
  Kind one = of;
  one.of = Of::kComponent;
  if (model::is_one_of(action.attribute, model::kComponentMembers))
    return tell("fixed-member", place, fmt::format("'{}' cannot be changed", action.attribute),
                "a component's host and its attributes can");
  if (scope_.rules().find_role(of, action.attribute) != nullptr)
    return tell("fixed-member", place, fmt::format("'{}' is a role, not an attribute", action.attribute),
                fmt::format("write {}.{}.add(x) and {}.{}.remove(x)", to_text(*action.target),
                            action.attribute, to_text(*action.target), action.attribute));
  const auto attribute = scope_.rules().member(one, action.attribute);
  if (!attribute) {
    const std::string help = ExpressionChecker::help_for_subject(scope_, *action.target, action.attribute);
    return tell(
        "unknown-name", place,
        fmt::format("'{}' is {} and has no '{}'", to_text(*action.target), to_text(of), action.attribute),
        help.empty() ? suggestion(action.attribute, scope_.rules().members(one)) : help);
  }
  if (attribute->of == Kind::Of::kValue && attribute->type == Type::kSecret)
    return tell("wrong-kind", place,
                fmt::format("'{}' is a Secret, whose source no diagram changes", action.attribute),
                "the deployment diagram gives it, or `attune set`");
  const Kind& value = action.value.kind;
  if (value.of == Of::kUnknown) return;
  if (value.of == Of::kValue && model::is_assignable(value.type, attribute->type)) return;
  tell("wrong-kind", action.value.place,
       fmt::format("'{}' is {}, and cannot be {}", action.attribute, to_text(*attribute), to_text(value)),
       is_component(value) || is_host(value)
           ? "an attribute holds a value; what leads to a component is a role"
           : "");
}

void ActionBuilder::check_host(const model::AssignAction& action, const Place& place) {
  for (const model::Class* of : scope_.rules().classes_of(action.target->kind)) {
    if (of->host_family.empty())
      return tell("content-host", place, fmt::format("'{}' runs on the host of what contains it", of->name),
                  "give the container another host");
    const Kind& host = action.value.kind;
    if (host.of == Of::kUnknown || is_value(host, Type::kString)) continue;
    if (host.of != Of::kHost)
      return tell(
          "wrong-kind", action.value.place,
          fmt::format("'{}' is {}, not a host", to_text(action.value), to_text(host)),
          host.of == Of::kHosts ? fmt::format("choose one: {}.least_loaded()", to_text(action.value)) : "");
    if (!host.name.empty() && host.name != of->host_family &&
        !scope_.tree().are_related(host.name, of->host_family))
      return tell("wrong-family", action.value.place,
                  fmt::format("'{}' runs on hosts of '{}', and this is one of '{}'", of->name,
                              of->host_family, host.name),
                  fmt::format("write {}.least_loaded()", of->host_family));
  }
}

// --- coming and going ---

ActionBuilder::What ActionBuilder::creation(const ActionSyntax& syntax) {
  model::CreateAction action{syntax.name.text, syntax.variable.text};
  const model::Class* of = find_class(syntax.name);
  if (of == nullptr) return action;
  action.class_name = of->name;
  if (of->is_abstract)
    tell("abstract-class", syntax.name.place,
         fmt::format("'{}' is abstract: there are no instances of it", of->name),
         "name one of the classes that inherit from it");
  else if (of->host_family.empty())
    tell("content-class", syntax.name.place, fmt::format("'{}' is made with what contains it", of->name),
         "make the container");
  return action;
}

ActionBuilder::What ActionBuilder::removal(const ActionSyntax& syntax) {
  model::RemoveAction action{syntax.name.text, syntax.value};
  const model::Class* of = find_class(syntax.name);
  if (of != nullptr) action.class_name = of->name;
  if (!action.instance) return action;
  checker_.check(*action.instance);
  const Kind& kind = action.instance->kind;
  if (kind.of == Of::kComponents) {
    tell("one-at-a-time", action.instance->place,
         fmt::format("'{}' is {}", to_text(*action.instance), to_text(kind)),
         fmt::format("choose one, as in {}.newest", to_text(*action.instance)));
    return action;
  }
  if (!must_be_component(*action.instance, "only a component can be removed") || of == nullptr) return action;
  if (!kind.name.empty() && !scope_.tree().are_related(kind.name, of->name))
    tell("wrong-class", action.instance->place,
         fmt::format("'{}' is {}, not one of '{}'", to_text(*action.instance), to_text(kind), of->name),
         fmt::format("write {}--({})", kind.name, to_text(*action.instance)));
  return action;
}

// --- the rest ---

ActionBuilder::What ActionBuilder::emission(const ActionSyntax& syntax) {
  model::EmitAction action{syntax.name.text, *syntax.value, {}};
  checker_.check(action.component);
  for (const auto& [name, value] : syntax.values) {
    action.values.emplace_back(name.text, value);
    checker_.check(action.values.back().second);
  }
  const bool is_life = action.event == kStart || action.event == kStop;
  const KnownEvent* event = is_life ? nullptr : scope_.events().find(action.event);
  if (event != nullptr) {
    check_emitted(action, *event, syntax);
    return action;
  }
  std::vector<std::string> known = scope_.events().names();
  std::erase_if(known, [](const std::string& name) { return name == kStart || name == kStop; });
  tell("unknown-event", syntax.name.place,
       is_life ? fmt::format("'{}' is the project's {}, not an event", action.event,
                             action.event == kStart ? "beginning" : "end")
               : fmt::format("nothing answers an event '{}', and no wrapper declares it", action.event),
       is_life ? "" : suggestion(action.event, known));
  return action;
}

void ActionBuilder::check_emitted(const model::EmitAction& action, const KnownEvent& event,
                                  const ActionSyntax& syntax) {
  const Kind& about = action.component.kind;
  const Of wanted = event.is_about_host ? Of::kHost : Of::kComponent;
  // A site is told by its name, since no other word stands for it.
  const bool is_place = event.is_about_place && (about.of == Of::kHost || is_value(about, Type::kString));
  if (!is_place && about.of != wanted && about.of != Of::kUnknown && about.of != Of::kNone)
    tell("wrong-kind", action.component.place,
         fmt::format("'{}' is about {}, and '{}' is {}", action.event,
                     event.is_about_host ? "a host" : "a component", to_text(action.component),
                     to_text(about)),
         event.is_about_host ? "" : "name one component");
  check_subject(action, event);
  for (size_t i = 0; i < action.values.size(); ++i) {
    const auto& [name, value] = action.values[i];
    const Place& place = syntax.values[i].first.place;
    const auto same = [&](const auto& earlier) { return earlier.first == name; };
    if (std::find_if(action.values.begin(), action.values.begin() + static_cast<std::ptrdiff_t>(i), same) !=
        action.values.begin() + static_cast<std::ptrdiff_t>(i))
      tell("duplicate-value", place, fmt::format("'{}' is given twice", name), "keep one of them");
    if (!event.is_declared || name == "cleared") continue;
    std::vector<std::string> known;
    const model::EventValue* declared = nullptr;
    for (const model::EventValue& one : event.values) {
      known.push_back(one.name);
      if (one.name == name) declared = &one;
    }
    if (declared == nullptr)
      tell("unknown-value", place, fmt::format("the event '{}' carries no '{}'", event.name, name),
           suggestion(name, known));
    else if (value.kind.of == Of::kValue && !model::is_assignable(value.kind.type, declared->type))
      tell("wrong-kind", value.place,
           fmt::format("'{}' of '{}' is {}, not {}", name, event.name, model::phrase_of(declared->type),
                       to_text(value.kind)));
  }
}

// The diagram that answers it must get what it is about.
void ActionBuilder::check_subject(const model::EmitAction& action, const KnownEvent& event) {
  const bool is_open = !event.answered || event.answered->classes.empty() || event.is_about_host;
  const Kind& about = action.component.kind;
  if (is_open || (about.of != Of::kComponent && about.of != Of::kNone)) return;
  const Classes& wanted = event.answered->classes;
  const Classes none;
  const Classes& given = about.of == Of::kNone ? none : scope_.rules().classes_of(about);
  const bool meets = std::any_of(given.begin(), given.end(), [&](const model::Class* one) {
    return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
  });
  if (meets) return;
  tell("wrong-class", action.component.place,
       fmt::format("the diagram of '{}' is about '{}', not about {}", event.name, wanted.front()->name,
                   to_text(about)));
}

ActionBuilder::What ActionBuilder::waiting(const ActionSyntax& syntax) {
  model::WaitAction action{*syntax.value};
  checker_.check(action.until);
  const Kind& kind = action.until.kind;
  if (kind.of != Of::kUnknown && !is_value(kind, Type::kDuration) && !is_value(kind, Type::kBool))
    tell("wrong-kind", action.until.place, fmt::format("'{}' is {}", to_text(action.until), to_text(kind)),
         "wait takes a time, as in wait(5s), or a condition");
  return action;
}

namespace {

// A text, but the name of a component or a host, or of none: for diagrams that are about any event.
bool is_component_of_event(const model::Expression& e) {
  return e.form == Form::kMember && e.name == "component" && e.operands[0].meaning == Meaning::kEvent;
}

}  // namespace

ActionBuilder::What ActionBuilder::alert(const ActionSyntax& syntax) {
  model::AlertAction action{*syntax.value, syntax.about};
  checker_.check(action.text);
  if (action.text.kind.of != Of::kUnknown && !is_value(action.text.kind, Type::kString))
    tell("wrong-kind", action.text.place,
         fmt::format("'{}' is {}, not a text", to_text(action.text), to_text(action.text.kind)),
         "write alert(\"what happened\", this); a value is joined to a text: \"cpu \" + event.cpu");
  if (!action.about) return action;
  checker_.check(*action.about);
  const Kind& about = action.about->kind;
  if (about.of == Of::kValue && !is_component_of_event(*action.about))
    tell("wrong-kind", action.about->place,
         fmt::format("'{}' is {}, not a component", to_text(*action.about), to_text(about)),
         "an alert is about a component or a host; join values to the text");
  return action;
}

}  // namespace attune::dsl
