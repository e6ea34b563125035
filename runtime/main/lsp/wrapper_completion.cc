// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "dsl/source.h"
#include "runtime/main/lsp/completion.h"
#include "runtime/main/lsp/project_names.h"

namespace attune::lsp {

namespace {

using Icon = Suggestion::Icon;
using Words = std::vector<std::string_view>;

const std::map<std::string_view, Words> kAttributes = {
    {"wrapper", {"name"}},       {"method", {"name", "key", "method", "timeout", "repeat"}},
    {"param", {"value"}},        {"event", {"name", "level"}},
    {"value", {"name", "type"}},
};
const std::map<std::string_view, Words> kChildren = {
    {"", {"wrapper"}}, {"wrapper", {"method", "event"}}, {"method", {"param"}}, {"event", {"value"}}};

std::string_view name_of_tag(std::string_view tag) {
  return tag.substr(0, tag.find_first_of(" \t\r\n/>"));
}

// The element in which the text stands.
std::string_view element_around(std::string_view before) {
  std::vector<std::string_view> open;
  for (size_t at = before.find('<'); at != before.npos; at = before.find('<', at + 1)) {
    const std::string_view tag = before.substr(at + 1);
    const size_t end = tag.find('>');
    if (end == tag.npos || tag.starts_with('?') || tag.starts_with('!')) continue;
    if (tag.starts_with('/')) {
      if (!open.empty()) open.pop_back();
    } else if (tag[end == 0 ? 0 : end - 1] != '/') {
      open.push_back(name_of_tag(tag));
    }
  }
  return open.empty() ? std::string_view() : open.back();
}

// The value of the attribute that the tag has so far.
std::string_view value_in(std::string_view tag, std::string_view attribute) {
  const std::string begin = fmt::format(" {}=", attribute);
  const size_t at = tag.find(begin);
  if (at == tag.npos || at + begin.size() >= tag.size()) return {};
  const char quote = tag[at + begin.size()];
  const std::string_view rest = tag.substr(at + begin.size() + 1);
  return rest.substr(0, rest.find(quote));
}

class WrapperCompleter {
 public:
  WrapperCompleter(const ProjectView& view, const Typing& typing, Suggestions& to)
      : view_(view), typing_(typing), to_(to) {}

  void run() {
    const std::string_view before = typing_.before;
    const size_t open = before.rfind('<');
    if (open == before.npos || before.find('>', open) != before.npos) return;
    const std::string_view tag = before.substr(open + 1);
    const std::string_view element = name_of_tag(tag);
    if (element.size() == tag.size()) return add_elements(before.substr(0, open));
    const auto attributes = kAttributes.find(element);
    if (attributes == kAttributes.end()) return;
    // Within quotes where one is open.
    const size_t double_quotes = static_cast<size_t>(std::count(tag.begin(), tag.end(), '"'));
    const size_t quotes = static_cast<size_t>(std::count(tag.begin(), tag.end(), '\''));
    if (double_quotes % 2 == 0 && quotes % 2 == 0) return add_attributes(attributes->second, tag);
    const size_t quote = tag.rfind(double_quotes % 2 == 0 ? '\'' : '"');
    const std::string_view name = dsl::trimmed(tag.substr(0, tag.rfind('=', quote)));
    complete_value(tag, element, name.substr(name.find_last_of(" \t\n") + 1), tag.substr(quote + 1));
  }

 private:
  void add_elements(std::string_view before) {
    const auto known = kChildren.find(element_around(before));
    if (known != kChildren.end()) add_words(known->second, Icon::kClass, to_);
  }

  void add_attributes(const Words& known, std::string_view tag) {
    for (const std::string_view one : known)
      if (tag.find(fmt::format(" {}=", one)) == tag.npos)
        to_.push_back({std::string(one), Icon::kProperty, {}, fmt::format("{}=\"", one)});
  }

  void complete_value(std::string_view tag, std::string_view element, std::string_view attribute,
                      std::string_view value) {
    const model::Catalog& catalog = view_.shipped().catalog;
    if (element == "method" && attribute == "key") add_keys(catalog, value);
    if (element == "method" && attribute == "method")
      if (const model::Key* key = catalog.find_key(value_in(tag, "key")))
        for (const model::Operation& one : key->operations)
          to_.push_back({one.name, Icon::kMethod, one.params_help, {}});
    if (attribute == "repeat" || attribute == "level") add_words(Words{"true", "false"}, Icon::kKeyword, to_);
    if (attribute == "type")
      add_words(Words{"String", "Integer", "Float", "Bool", "Percent", "Size", "Duration", "List"},
                Icon::kClass, to_);
    if (element == "param") navigate(value);
  }

  // Behind the beginning of a key of a family, the rest of those that this machine has.
  void add_keys(const model::Catalog& catalog, std::string_view begun) {
    if (begun.empty())
      for (const model::Key& key : catalog.keys) to_.push_back({key.name, Icon::kModule, "key", {}});
    const model::Key* family = catalog.find_key(begun);
    if (family == nullptr || !view_.shipped().keys_here) return;
    for (const std::string& key : view_.shipped().keys_here())
      if (key.starts_with(begun) && key != begun)
        to_.push_back(
            {key.substr(begun.size()), Icon::kModule, fmt::format("{} on this machine", family->name), {}});
  }

  // $this.role.attribute, from each class that has this wrapper.
  void navigate(std::string_view value) {
    const size_t dollar = value.rfind('$');
    if (dollar == value.npos) return;
    std::string_view chain = value.substr(dollar + 1);
    if (chain.starts_with('{')) chain.remove_prefix(1);
    if (chain == "manager.") return add_words(model::kManagerMembers, Icon::kProperty, to_);
    ProjectNames names(view_.project(), view_.read().diagrams);
    for (const model::Class& one : view_.project().classes) {
      const model::Wrapper* wrapper = view_.project().wrapper_of(one);
      if (wrapper == nullptr || wrapper->path != typing_.path) continue;
      const dsl::Subject subject{one.name, names.tree().concrete(one.name)};
      step(dsl::KindRules(names.tree(), subject), chain);
    }
    if (!chain.empty()) return;
    add_words(Words{"this", "manager"}, Icon::kKeyword, to_);
    for (const model::Class& one : view_.project().classes) add({one.name, Icon::kClass, {}, {}});
  }

  void step(const dsl::KindRules& rules, std::string_view chain) {
    model::Kind at = rules.kind_of_subject();
    bool is_first = true;
    for (size_t dot = chain.find('.'); dot != chain.npos; dot = chain.find('.')) {
      const std::string word(chain.substr(0, dot));
      chain.remove_prefix(dot + 1);
      const auto kind = rules.member(at, word);
      const model::Class* of = is_first ? view_.project().find_class(word) : nullptr;
      if (kind)
        at = *kind;
      else if (of != nullptr)
        at = rules.kind_of_class(*of);
      else if (!is_first || word != "this")
        return;
      is_first = false;
    }
    for (const std::string& name : rules.members(at)) {
      if (is_first && rules.find_role(at, name) == nullptr) continue;
      add({name,
           rules.find_role(at, name) == nullptr ? Icon::kField : Icon::kReference,
           to_text(*rules.member(at, name)),
           {}});
    }
  }

  void add(Suggestion one) {
    const bool is_known = std::any_of(to_.begin(), to_.end(),
                                      [&](const Suggestion& other) { return other.label == one.label; });
    if (!is_known) to_.push_back(std::move(one));
  }

  const ProjectView& view_;
  const Typing& typing_;
  Suggestions& to_;
};

}  // namespace

void complete_wrapper(const ProjectView& view, const Typing& typing, Suggestions& to) {
  WrapperCompleter(view, typing, to).run();
}

}  // namespace attune::lsp
