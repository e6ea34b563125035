// SPDX-License-Identifier: Apache-2.0
#include "tests/dsl/diagram_text.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace attune::test {

namespace {

using model::Expression;
using model::State;
using model::Way;

constexpr std::array<std::string_view, 12> kMeanings = {"?",         "this",      "event",     "manager",
                                                        "placement", "attempts",  "candidate", "variable",
                                                        "role",      "attribute", "class",     "family"};
constexpr std::array<std::string_view, 7> kForms = {"start", "end",  "state",    "choice",
                                                    "fork",  "join", "composite"};

// The names in it that are no words of the language, in order, with what each means.
void add_meanings(const Expression& e, std::string& text) {
  using Meaning = Expression::Meaning;
  for (const Expression& operand : e.operands) add_meanings(operand, text);
  const bool is_plain = e.meaning == Meaning::kThis || e.meaning == Meaning::kEvent ||
                        e.meaning == Meaning::kManager || e.meaning == Meaning::kPlacement ||
                        e.meaning == Meaning::kAttempts;
  if (e.form == Expression::Form::kName && !is_plain)
    text += fmt::format(", {} {}", kMeanings[static_cast<size_t>(e.meaning)], e.name);
}

std::string shown(const Expression& e) {
  std::string text = fmt::format("{} <{}", to_text(e), to_text(e.kind));
  add_meanings(e, text);
  return text + ">";
}

struct ActionText {
  std::string operator()(const model::CallAction& a) const {
    std::string text = fmt::format("call {} of {}", a.stub, shown(a.target));
    for (const Expression& argument : a.arguments) text += " with " + shown(argument);
    return text;
  }
  std::string operator()(const model::AssignAction& a) const {
    if (!a.target) return fmt::format("set variable {} to {}", a.variable, shown(a.value));
    return fmt::format("set {} of {} to {}", a.attribute, shown(*a.target), shown(a.value));
  }
  std::string operator()(const model::CreateAction& a) const {
    return fmt::format("create a {}{}", a.class_name, a.variable.empty() ? "" : " as variable " + a.variable);
  }
  std::string operator()(const model::RemoveAction& a) const {
    return fmt::format("remove {}", a.instance ? shown(*a.instance) : "the newest " + a.class_name);
  }
  std::string operator()(const model::BindAction& a) const {
    return fmt::format("{} {} {} of {}: {}", a.add ? "bind" : "unbind", a.add ? "as" : "from", a.role,
                       shown(a.owner), shown(a.component));
  }
  std::string operator()(const model::EmitAction& a) const {
    std::string text = fmt::format("emit {} about {}", a.event, shown(a.component));
    for (const auto& [name, value] : a.values) text += fmt::format(" with {} {}", name, shown(value));
    return text;
  }
  std::string operator()(const model::WaitAction& a) const { return "wait " + shown(a.until); }
  std::string operator()(const model::AlertAction& a) const {
    return "alert " + shown(a.text) + (a.about ? " about " + shown(*a.about) : "");
  }
  std::string operator()(const model::PlanAction& a) const {
    std::string text = fmt::format("plan {} as variable {}", a.question, a.variable);
    for (const Expression& argument : a.arguments) text += " with " + shown(argument);
    return text;
  }
  std::string operator()(const model::CarryOutAction& a) const { return "carry out " + shown(a.plan); }
};

std::string shown(const Way& way, const model::Diagram& diagram) {
  const State& to = diagram.states[way.to];
  std::string text = fmt::format("      -> {}", to.form == State::Form::kEnd ? "end" : to.id);
  if (way.on == Way::On::kError) text += " on error";
  if (way.on == Way::On::kAfter) text += " after " + model::to_text(model::Value(way.after));
  if (way.guard) text += " if " + shown(*way.guard);
  if (way.otherwise) text += " else";
  return text + "\n";
}

std::string shown(const State& state, const model::Diagram& diagram) {
  std::string text = fmt::format("    {} {}", kForms[static_cast<size_t>(state.form)], state.id);
  if (state.parent != 0) text += fmt::format(" in region {}", state.parent);
  for (const model::RegionIndex region : state.regions) text += fmt::format(", holds region {}", region);
  text += '\n';
  for (const model::Action& action : state.actions)
    text += fmt::format("      {}\n", std::visit(ActionText{}, action.what));
  for (const Way& way : state.ways) text += shown(way, diagram);
  return text;
}

std::string shown(const model::Settings& settings) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    text += fmt::format(", {} {}", name, value);
  };
  if (!settings.on.empty()) add("on", settings.on);
  if (settings.cooldown) add("cooldown", model::to_text(model::Value(*settings.cooldown)));
  if (settings.hold) add("hold", model::to_text(model::Value(*settings.hold)));
  if (settings.release) add("release", model::to_text(model::Value(*settings.release)));
  if (settings.after_growth) add("after_growth", model::to_text(model::Value(*settings.after_growth)));
  if (settings.after_shrink) add("after_shrink", model::to_text(model::Value(*settings.after_shrink)));
  if (settings.ensure) add("ensure", model::to_text(*settings.ensure));
  if (settings.within) add("within", model::to_text(model::Value(*settings.within)));
  if (settings.tries) add("tries", std::to_string(*settings.tries));
  if (settings.runs) add("runs", std::to_string(*settings.runs));
  if (settings.priority != 0) add("priority", std::to_string(settings.priority));
  if (settings.every) add("every", model::to_text(model::Value(*settings.every)));
  if (settings.at) add("at", *settings.at);
  return text;
}

}  // namespace

std::string shown(const model::Diagram& diagram) {
  std::string text = fmt::format("diagram {}", diagram.event);
  if (!diagram.title.empty() && diagram.title != diagram.event) text += fmt::format(" \"{}\"", diagram.title);
  text += diagram.subject_class.empty() ? "" : " about " + diagram.subject_class;
  text += shown(diagram.settings) + "\n";
  for (const State& state : diagram.states) text += shown(state, diagram);
  return text;
}

}  // namespace attune::test
