// SPDX-License-Identifier: Apache-2.0
#include "dsl/name_scope.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "dsl/expression_checker.h"
#include "dsl/source.h"
#include "runtime/model/navigation.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::is_one_of;
using model::Kind;
using Meaning = model::Expression::Meaning;
using Of = model::Kind::Of;

constexpr std::string_view kPeers = "peers", kHosts = "hosts";
constexpr std::string_view kWords[] = {"this", "event", "manager", "placement", "attempts"};

std::string_view word_of(Meaning meaning) {
  switch (meaning) {
    case Meaning::kRole:
      return "a role of 'this'";
    case Meaning::kAttribute:
      return "an attribute of 'this'";
    case Meaning::kClass:
      return "a class";
    case Meaning::kFamily:
      return "a host family";
    default:
      return "a word of the language";
  }
}

NameScope::Meant meant(Meaning meaning, Kind kind, std::string name) {
  NameScope::Meant made;
  made.meaning = meaning;
  made.kind = std::move(kind);
  made.name = std::move(name);
  return made;
}

}  // namespace

std::optional<Text> assigned_variable(const ActionSyntax& action) {
  if (action.form == ActionSyntax::Form::kCreate && !action.variable.text.empty()) return action.variable;
  if (action.form == ActionSyntax::Form::kAssign && action.target->form == Expression::Form::kName)
    return Text{action.target->name, action.target->place};
  return std::nullopt;
}

NameScope::NameScope(const KindRules& rules, const KnownEvents& events, const std::string& event,
                     const DiagramSyntax& syntax)
    : rules_(rules), events_(events), event_(*events.find(event)) {
  for (const StateSyntax& state : syntax.states) add_variables(state);
  find_kinds();
}

void NameScope::add_variables(const StateSyntax& state) {
  for (const Description& description : state.descriptions) {
    if (description.action) {
      if (const auto variable = assigned_variable(*description.action))
        variables_[variable->text].push_back(&*description.action);
      continue;
    }
    const std::string_view text = description.text.text;
    const std::string_view name = trimmed(text.substr(0, text.find('=')));
    if (text.find('=') != text.npos && is_name(name)) unread_.emplace(name);
  }
}

std::optional<NameScope::Meant> NameScope::find(const std::string& name, const Kind* candidate) {
  if (name == "this") {
    if (rules_.subject().classes.empty()) return std::nullopt;
    return meant(Meaning::kThis, rules_.kind_of_subject(), name);
  }
  if (name == "event") return meant(Meaning::kEvent, Kind(), name);
  if (name == "manager") return meant(Meaning::kManager, Kind(), name);
  if (name == "placement") return meant(Meaning::kPlacement, Kind(), name);
  if (name == "attempts") return meant(Meaning::kAttempts, kind_of(model::Type::kInteger), name);
  if (candidate != nullptr) {
    if (const auto member = rules_.member(*candidate, name)) return meant(Meaning::kCandidate, *member, name);
  }
  // Where a variable would hide it, which has been found, the name keeps its meaning.
  auto hidden = find_hidden(name);
  if (!hidden && (variables_.contains(name) || unread_.contains(name)))
    return meant(Meaning::kVariable, kinds_[name], name);
  return hidden;
}

std::optional<NameScope::Meant> NameScope::find_hidden(const std::string& name) const {
  if (is_one_of(name, kWords)) return Meant();
  const Kind self = rules_.kind_of_subject();
  if (!rules_.subject().classes.empty()) {
    if (const model::Association* role = rules_.find_role(self, name))
      return meant(Meaning::kRole, KindRules::kind_of_role(*role), name);
    // What every component has is written behind `this`.
    const auto& words = model::kComponentMembers;
    const bool is_word = std::find(std::begin(words), std::end(words), name) != std::end(words);
    const auto attribute = is_word ? std::nullopt : rules_.member(self, name);
    if (attribute) return meant(Meaning::kAttribute, *attribute, name);
  }
  if (auto found = find_class_or_family(name)) return found;
  return find_of_subject(name);
}

std::optional<NameScope::Meant> NameScope::find_class_or_family(const std::string& name) const {
  if (const model::Class* of = project().find_class(name))
    return meant(Meaning::kClass, rules_.kind_of_class(*of), name);
  if (project().find_family(name) != nullptr)
    return meant(Meaning::kFamily, {Of::kHosts, model::Type::kString, name, false}, name);
  return std::nullopt;
}

std::optional<NameScope::Meant> NameScope::find_of_subject(const std::string& name) const {
  const Subject& subject = rules_.subject();
  if (name == kPeers && !subject.class_name.empty()) return find_class_or_family(subject.class_name);
  if (name != kHosts || subject.classes.empty()) return std::nullopt;
  const Kind host = *rules_.member(rules_.kind_of_subject(), "host");
  return host.name.empty() ? std::nullopt : find_class_or_family(host.name);
}

const model::Class* NameScope::find_class(const std::string& name) const {
  const model::Class* of = project().find_class(name);
  return of == nullptr && name == kPeers ? project().find_class(rules_.subject().class_name) : of;
}

std::vector<std::string> NameScope::names(const Kind* candidate) const {
  std::vector<std::string> names;
  if (candidate != nullptr) names = rules_.members(*candidate);
  for (const auto& [name, assignments] : variables_) names.push_back(name);
  if (!rules_.subject().classes.empty()) {
    for (std::string& member : rules_.members(rules_.kind_of_subject())) {
      if (find_hidden(member)) names.push_back(std::move(member));
    }
    names.emplace_back("this");
  }
  for (const model::Class& one : project().classes) names.push_back(one.name);
  for (const model::HostFamily& family : project().families) names.push_back(family.name);
  names.insert(names.end(), {"event", "manager", "placement", "attempts"});
  for (const std::string_view word : {kPeers, kHosts}) {
    if (find_of_subject(std::string(word))) names.emplace_back(word);
  }
  return names;
}

// --- variables ---

Kind NameScope::kind_of_assigned(const ActionSyntax& action) {
  if (action.form == ActionSyntax::Form::kCreate) {
    const model::Class* of = find_class(action.name.text);
    if (of == nullptr) return {};
    return {Of::kComponent, model::Type::kString, of->name, false};
  }
  Diagnostics told_elsewhere;
  Expression value = *action.value;
  ExpressionChecker(*this, told_elsewhere).check_assigned(value);
  return value.kind;
}

// A variable may be given another one's value: until nothing new is learnt, or long enough.
void NameScope::find_kinds() {
  constexpr int kMostRounds = 50;
  for (int round = 0, changed = 1; changed > 0 && round < kMostRounds; ++round) {
    changed = 0;
    for (const auto& [name, assignments] : variables_) {
      const Kind kind = unread_.contains(name) ? Kind{} : kind_of_all(assignments);
      changed += kind == kinds_[name] ? 0 : 1;
      kinds_[name] = kind;
    }
  }
}

Kind NameScope::kind_of_all(const Assignments& assignments) {
  std::optional<Kind> kind;
  for (const ActionSyntax* action : assignments) {
    const Kind assigned = kind_of_assigned(*action);
    // What is not known yet, or has an error, says nothing.
    if (assigned.of == Of::kUnknown) continue;
    kind = kind ? rules_.merged(*kind, assigned) : assigned;
    if (!kind) break;
  }
  return kind.value_or(Kind{});
}

void NameScope::check_variables(Diagnostics& found) {
  for (const auto& [name, assignments] : variables_) {
    const Place place = assigned_variable(*assignments.front())->place;
    if (const auto hidden = find_hidden(name)) {
      const bool of_this = hidden->meaning == Meaning::kRole || hidden->meaning == Meaning::kAttribute;
      found.error("hidden-name", place,
                  fmt::format("the variable '{}' would hide {}", name, word_of(hidden->meaning)),
                  of_this ? fmt::format("give it another name; the one of the component is this.{}", name)
                          : "give the variable another name");
      continue;
    }
    std::optional<Kind> kind;
    for (const ActionSyntax* action : assignments) {
      const Kind assigned = kind_of_assigned(*action);
      const auto both = kind ? rules_.merged(*kind, assigned) : assigned;
      if (!both) {
        found.error("variable-kinds", assigned_variable(*action)->place,
                    fmt::format("'{}' is {} here, but {} on line {}", name, to_text(assigned), to_text(*kind),
                                place.line),
                    "use two variables");
        break;
      }
      kind = both;
    }
  }
}

}  // namespace attune::dsl
