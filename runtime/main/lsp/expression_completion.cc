// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/expression_completion.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "dsl/action_reader.h"
#include "dsl/expression_checker.h"
#include "dsl/source.h"
#include "runtime/model/navigation.h"
#include "runtime/model/power.h"

namespace attune::lsp {

namespace {

using Icon = Suggestion::Icon;
using model::Expression;
using model::Kind;
using Of = Kind::Of;

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Where the '(' stands that the ')' at the text's end closes; npos where none does.
size_t opening_of(std::string_view text) {
  int depth = 0;
  for (size_t at = text.size(); at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] == '(' && --depth == 0) return at;
  }
  return text.npos;
}

// Names, dots and calls at the text's end: "lab.any(load < 50%)" of "x = lab.any(load < 50%)".
std::string_view chain_at_end(std::string_view text) {
  size_t begin = text.size();
  for (;;) {
    if (begin > 0 && text[begin - 1] == ')') {
      begin = opening_of(text.substr(0, begin));
      if (begin == text.npos) return {};
    }
    const size_t end = begin;
    while (begin > 0 && is_of_name(text[begin - 1])) --begin;
    if (begin == end || begin == 0 || text[begin - 1] != '.') return text.substr(begin);
    --begin;
  }
}

// What is called where the text's end stands among the arguments: "app.where" of "x = app.where(port > ";
// the innermost whose last word is one of `words`.
template <size_t N>
std::string_view call_around(std::string_view text, const std::string_view (&words)[N]) {
  int depth = 0;
  for (size_t at = text.size(); at-- > 0;) {
    if (text[at] == ')') ++depth;
    if (text[at] != '(' || depth-- > 0) continue;
    depth = 0;
    const std::string_view called = chain_at_end(text.substr(0, at));
    const size_t dot = called.rfind('.');
    if (dot != called.npos && model::is_one_of(called.substr(dot + 1), words)) return called;
  }
  return {};
}

class ExpressionCompleter {
 public:
  ExpressionCompleter(std::string_view text, bool is_action, dsl::NameScope& scope, Suggestions& to)
      : text_(dsl::trimmed(text)), is_action_(is_action), scope_(scope), to_(to) {
    around_ = call_around(text_, model::kConditionWords);
    if (around_.empty()) around_ = call_around(text_, model::kPolicyWords);
  }

  void run() {
    if (std::count(text_.begin(), text_.end(), '"') % 2 != 0) return;
    if (!text_.ends_with('.')) return add_names();
    text_.remove_suffix(1);
    const std::string_view chain = chain_at_end(text_);
    if (chain.empty()) return;
    const bool is_first = is_action_ && chain.size() == text_.size();
    if (chain == "event") return add_event_values();
    if (chain == "manager") return add_words(model::kManagerMembers, Icon::kProperty, to_);
    if (chain == "placement") {
      add_words(model::kPlanWords, Icon::kMethod, to_);
      return to_.push_back({std::string(model::kCarryOut), Icon::kMethod, {}, {}});
    }
    if (const auto read = resolved(chain)) add_members(*read, is_first);
  }

 private:
  // As it would be where it stands.
  std::optional<Expression> resolved(std::string_view chain) {
    Diagnostics ignored;
    const std::string text =
        around_.empty() ? fmt::format("[{}]", chain) : fmt::format("[{}({})]", around_, chain);
    auto label = dsl::ActionReader(ignored).read_label({text, {}});
    if (!label || !label->guard) return std::nullopt;
    dsl::ExpressionChecker(scope_, ignored).check(*label->guard);
    return around_.empty() ? *label->guard : label->guard->operands.back();
  }

  // The kind of those that a condition is asked of.
  std::optional<Kind> candidate() {
    if (around_.empty()) return std::nullopt;
    const std::string_view of = std::exchange(around_, {});
    auto base = resolved(of.substr(0, of.rfind('.')));
    around_ = of;
    if (!base) return std::nullopt;
    base->kind.of = dsl::is_component(base->kind) ? Of::kComponent : Of::kHost;
    return base->kind;
  }

  void add_names() {
    const auto of = candidate();
    const Kind* looked_at = of ? &*of : nullptr;
    for (const std::string& name : scope_.names(looked_at)) {
      const auto meant = scope_.find(name, looked_at);
      if (meant) to_.push_back({name, icon_of(meant->meaning), detail_of(meant->kind), {}});
    }
    if (is_action_ && text_.empty()) {
      for (const char* word : {"emit", "wait", "alert"})
        to_.push_back({word, Icon::kKeyword, "an action", fmt::format("{}(", word)});
      return;
    }
    for (const char* word : {"and", "or", "not", "true", "false", "none"})
      to_.push_back({word, Icon::kOperator, {}, {}});
    if (!is_action_ && text_.empty()) to_.push_back({"else", Icon::kKeyword, {}, {}});
  }

  static Icon icon_of(Expression::Meaning meaning) {
    switch (meaning) {
      case Expression::Meaning::kClass:
        return Icon::kClass;
      case Expression::Meaning::kFamily:
        return Icon::kModule;
      case Expression::Meaning::kRole:
        return Icon::kReference;
      case Expression::Meaning::kAttribute:
      case Expression::Meaning::kCandidate:
        return Icon::kField;
      case Expression::Meaning::kVariable:
        return Icon::kVariable;
      default:
        return Icon::kKeyword;
    }
  }
  static std::string detail_of(const Kind& kind) {
    return kind.of == Of::kUnknown ? std::string() : to_text(kind);
  }

  void add_event_values() {
    for (const model::EventValue& value : scope_.event().values)
      to_.push_back({value.name, Icon::kField, std::string(model::name_of(value.type)), {}});
    for (const char* word : {"name", "component", "source", "text"})
      to_.push_back({word, Icon::kProperty, "String", {}});
  }

  void add_members(const Expression& of, bool is_first) {
    const Kind& kind = of.kind;
    const dsl::KindRules& rules = scope_.rules();
    for (const std::string& name : rules.members(kind)) {
      const bool is_role = rules.find_role(kind, name) != nullptr;
      const bool is_own = model::is_one_of(name, model::kComponentMembers) || dsl::is_host(kind);
      to_.push_back({name,
                     is_role  ? Icon::kReference
                     : is_own ? Icon::kProperty
                              : Icon::kField,
                     detail_of(*rules.member(kind, name)),
                     {}});
    }
    if (is_first) add_stubs(of);
    const bool are_several = kind.of == Of::kComponents || kind.of == Of::kHosts;
    const bool has_hosts = of.meaning == Expression::Meaning::kFamily ||
                           (of.meaning == Expression::Meaning::kClass && rules.tree().is_host(of.name));
    if (are_several) add_words(model::kConditionWords, Icon::kMethod, to_, "asks a condition of each");
    if (dsl::is_component(kind)) add_words(model::kSetWords, Icon::kProperty, to_);
    if (kind.of == Of::kHosts) to_.push_back({"count", Icon::kProperty, "an Integer", {}});
    if (has_hosts) add_words(model::kPolicyWords, Icon::kMethod, to_, "chooses a host");
  }

  void add_stubs(const Expression& of) {
    const model::Project& project = scope_.project();
    std::vector<std::string> known;
    if (dsl::is_component(of.kind)) {
      for (const model::Class* one : scope_.rules().classes_of(of.kind)) {
        const model::Wrapper* wrapper = project.wrapper_of(*one);
        if (wrapper == nullptr) continue;
        for (const model::Stub& stub : wrapper->stubs) {
          if (std::find(known.begin(), known.end(), stub.name) != known.end()) continue;
          known.push_back(stub.name);
          to_.push_back(
              {stub.name, Icon::kMethod, fmt::format("stub of {}", wrapper->name), stub.name + "("});
        }
      }
      for (const char* word : {"deploy", "undeploy"})
        if (std::find(known.begin(), known.end(), word) == known.end())
          to_.push_back({word, Icon::kMethod, "of every component", fmt::format("{}(", word)});
    }
    const bool is_role = of.form == Expression::Form::kMember &&
                         scope_.rules().find_role(of.operands[0].kind, of.name) != nullptr;
    if (is_role || of.meaning == Expression::Meaning::kRole)
      for (const char* word : {"add", "remove"})
        to_.push_back({word, Icon::kMethod, "binds along the role", fmt::format("{}(", word)});
    if (dsl::is_host(of.kind))
      for (const std::string_view word : {model::kPowerOn, model::kPowerOff})
        to_.push_back({std::string(word), Icon::kMethod, "switches a host", fmt::format("{}(", word)});
  }

  std::string_view text_;
  const bool is_action_;
  dsl::NameScope& scope_;
  Suggestions& to_;
  std::string_view around_;  // the call among whose arguments the text ends
};

}  // namespace

void complete_action(std::string_view text, ProjectNames& names, dsl::NameScope& scope, Suggestions& to) {
  text = dsl::trimmed(text);
  if (text == "emit(") {
    for (const std::string& event : names.events().names())
      if (event != dsl::kStart && event != dsl::kStop) to.push_back({event, Icon::kEvent, {}, {}});
    return;
  }
  ExpressionCompleter(text, true, scope, to).run();
}

void complete_guard(std::string_view text, dsl::NameScope& scope, Suggestions& to) {
  ExpressionCompleter(text, false, scope, to).run();
}

}  // namespace attune::lsp
