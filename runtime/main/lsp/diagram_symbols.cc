// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/diagram_symbols.h"

#include <utility>

#include "dsl/ensure_reader.h"
#include "dsl/expression_checker.h"

namespace attune::lsp {

namespace {

using dsl::ActionSyntax;
using model::Expression;
using model::Kind;
using Form = Expression::Form;
using Meaning = Expression::Meaning;
using Of = Kind::Of;
using Sort = Symbol::Sort;

class DiagramWalker {
 public:
  DiagramWalker(const dsl::DiagramSyntax& syntax, dsl::NameScope& scope, Occurrences& to)
      : syntax_(syntax), scope_(scope), to_(to), checker_(scope, ignored_) {}

  void run() {
    add({Sort::kEvent, {}, syntax_.name}, syntax_.place, true);
    for (const dsl::Setting& setting : syntax_.front.attune)
      if (setting.key == "on") add({Sort::kClass, {}, setting.value}, setting.value_place);
    if (const auto ensured = dsl::read_ensure(syntax_.front, scope_, ignored_)) walk(*ensured);
    for (const dsl::StateSyntax& state : syntax_.states) add_state(state);
    for (const dsl::StateSyntax& state : syntax_.states)
      for (const dsl::Description& description : state.descriptions)
        if (description.action) walk_action(*description.action);
    for (const dsl::TransitionSyntax& way : syntax_.transitions)
      if (way.meaning && way.meaning->guard) check_and_walk(*way.meaning->guard);
  }

 private:
  void add(Symbol symbol, const Place& place, bool is_declaration = false, Kind kind = {}) {
    to_.push_back({std::move(symbol), place, is_declaration, std::move(kind)});
  }
  void add_all(std::vector<Symbol> symbols, const Place& place, const Kind& kind = {}) {
    for (Symbol& one : symbols) add(std::move(one), place, false, kind);
  }

  void add_state(const dsl::StateSyntax& state) {
    for (size_t i = 0; i < state.mentions.size(); ++i)
      add({Sort::kState, syntax_.name, state.id}, state.mentions[i], i == state.declaration);
  }

  void walk_action(const ActionSyntax& action) {
    if (const auto variable = dsl::assigned_variable(action)) {
      const auto meant = scope_.find(variable->text, nullptr);
      add({Sort::kVariable, syntax_.name, variable->text}, variable->place, true,
          meant ? meant->kind : Kind());
    }
    switch (action.form) {
      case ActionSyntax::Form::kCall:
        return walk_call(*action.target);
      case ActionSyntax::Form::kAssign:
        return walk_assignment(action);
      case ActionSyntax::Form::kCreate:
      case ActionSyntax::Form::kRemove:
        if (const model::Class* of = scope_.find_class(action.name.text))
          add({Sort::kClass, {}, of->name}, action.name.place);
        break;
      case ActionSyntax::Form::kEmit:
        add({Sort::kEvent, {}, action.name.text}, action.name.place);
        for (const auto& [name, value] : action.values) check_and_walk(value);
        break;
      case ActionSyntax::Form::kWait:
      case ActionSyntax::Form::kAlert:
        break;
    }
    if (action.value && action.form != ActionSyntax::Form::kCreate) check_and_walk(*action.value);
    if (action.about) check_and_walk(*action.about);
  }

  // target.stub(arguments); also role.add(x), whose last word is one of the language.
  void walk_call(Expression call) {
    Expression& target = call.operands[0];
    checker_.check(target);
    walk(target);
    add_all(stubs_of(scope_.rules(), target.kind, call.name), call.place);
    for (size_t i = 1; i < call.operands.size(); ++i) check_and_walk(call.operands[i]);
  }

  void walk_assignment(const ActionSyntax& action) {
    if (action.target->form == Form::kMember) {
      Expression of = action.target->operands[0];
      checker_.check(of);
      walk(of);
      const auto kind = scope_.rules().member(of.kind, action.target->name);
      add_all(members_of(scope_.rules(), of.kind, action.target->name), action.target->place,
              kind ? *kind : Kind());
    }
    Expression value = *action.value;
    checker_.check_assigned(value);
    walk(value);
  }

  void check_and_walk(Expression e) {
    checker_.check(e);
    walk(e);
  }

  // One that was checked; inside a condition `candidate` is the kind of the one looked at.
  void walk(const Expression& e, const Kind* candidate = nullptr) {
    if (e.form == Form::kName) return walk_name(e, candidate);
    if (e.form == Form::kMember) {
      walk(e.operands[0], candidate);
      return walk_member(e.operands[0], e);
    }
    if (e.form != Form::kCall) {
      for (const Expression& one : e.operands) walk(one, candidate);
      return;
    }
    walk(e.operands[0], candidate);
    Kind one = e.operands[0].kind;
    one.of = dsl::is_component(one) ? Of::kComponent : Of::kHost;
    const size_t condition = e.name == "closest_to" ? 2 : 1;
    for (size_t i = 1; i < e.operands.size(); ++i) walk(e.operands[i], i >= condition ? &one : candidate);
  }

  void walk_name(const Expression& e, const Kind* candidate) {
    const dsl::KindRules& rules = scope_.rules();
    switch (e.meaning) {
      case Meaning::kClass:
      case Meaning::kFamily:
        return add({Sort::kClass, {}, e.name}, e.place, false, e.kind);
      case Meaning::kVariable:
        return add({Sort::kVariable, syntax_.name, e.name}, e.place, false, e.kind);
      case Meaning::kRole:
      case Meaning::kAttribute:
        return add_all(members_of(rules, rules.kind_of_subject(), e.name), e.place, e.kind);
      case Meaning::kCandidate:
        if (candidate != nullptr) return add_member(*candidate, e);
        return;
      case Meaning::kUnresolved:
        return;
      default:
        return add({Sort::kWord, {}, e.name}, e.place, false, e.kind);
    }
  }

  void walk_member(const Expression& of, const Expression& e) {
    if (of.meaning == Meaning::kEvent) return add({Sort::kWord, "event", e.name}, e.place, false, e.kind);
    add_member(of.kind, e);
  }

  void add_member(const Kind& of, const Expression& e) {
    auto symbols = members_of(scope_.rules(), of, e.name);
    if (symbols.empty() && e.kind.of != Of::kUnknown) symbols.push_back({Sort::kWord, to_text(of), e.name});
    add_all(std::move(symbols), e.place, e.kind);
  }

  const dsl::DiagramSyntax& syntax_;
  dsl::NameScope& scope_;
  Occurrences& to_;
  Diagnostics ignored_;
  dsl::ExpressionChecker checker_;
};

}  // namespace

void add_diagram_symbols(const dsl::DiagramSyntax& syntax, dsl::NameScope& scope, Occurrences& to) {
  DiagramWalker(syntax, scope, to).run();
}

}  // namespace attune::lsp
