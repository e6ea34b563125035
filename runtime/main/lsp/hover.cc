// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/hover.h"

#include <algorithm>

#include <fmt/format.h>

#include "dsl/source.h"
#include "runtime/main/lsp/text_position.h"

namespace attune::lsp {

namespace {

using Sort = Symbol::Sort;

constexpr size_t kMostComponents = 8;

std::string_view text_at(const Place& place, uint32_t line) {
  return dsl::trimmed(line_of(place.file->text, line - 1));
}

// What stands in comments of their own right above the place.
std::string comment_above(const Place& place) {
  std::vector<std::string> lines;
  for (uint32_t line = place.line - 1; line >= 1; --line) {
    std::string_view text = text_at(place, line);
    if (text.starts_with("%%") && !text.starts_with("%%{")) {
      text.remove_prefix(2);
    } else if (text.starts_with("<!--") && text.ends_with("-->")) {
      text = text.substr(4, text.size() - 7);
    } else {
      break;
    }
    lines.emplace_back(dsl::trimmed(text));
  }
  std::reverse(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

class Teller {
 public:
  Teller(const ProjectView& view, SymbolIndex& index, const Live& live)
      : view_(view), index_(index), live_(live), project_(view.project()) {}

  std::string tell(const Occurrence& about) {
    const Symbol& symbol = about.symbol;
    std::string text = title(about);
    if (about.kind.of != model::Kind::Of::kUnknown) text += fmt::format(": {}", to_text(about.kind));
    for (const Occurrence* one : index_.of({symbol}))
      if (one->is_declaration && symbol.sort != Sort::kVariable) text += declaration(*one);
    if (symbol.sort == Sort::kClass) text += of_class(symbol.name);
    if (symbol.sort == Sort::kStub) text += of_stub(symbol);
    if (symbol.sort == Sort::kEvent) text += of_event(symbol.name);
    if (symbol.sort == Sort::kClass || symbol.sort == Sort::kAttribute) text += now(symbol);
    return text;
  }

 private:
  static std::string title(const Occurrence& about) {
    const Symbol& symbol = about.symbol;
    if (symbol.sort == Sort::kFile) return fmt::format("the file `{}`", symbol.name);
    if (symbol.sort == Sort::kWord)
      return symbol.owner.empty() ? fmt::format("**{}**", symbol.name)
                                  : fmt::format("**{}** of {}", symbol.name, symbol.owner);
    const bool is_local = symbol.sort == Sort::kVariable || symbol.sort == Sort::kState;
    const bool is_owned = !symbol.owner.empty() && !is_local;
    return fmt::format("{} **{}**{}", name_of(symbol.sort), symbol.name,
                       is_owned ? fmt::format(" of {}", symbol.owner) : std::string());
  }

  // The line, and the comment above it.
  static std::string declaration(const Occurrence& one) {
    if (one.symbol.sort == Sort::kEvent && one.place.file->path.ends_with(".mmd"))
      return fmt::format("\n\nanswered by `{}`", one.place.file->path);
    const std::string comment = comment_above(one.place);
    return fmt::format("{}{}\n\n```\n{}\n```", comment.empty() ? "" : "\n\n", comment,
                       text_at(one.place, one.place.line));
  }

  std::string of_class(const std::string& name) const {
    const model::Class* of = project_.find_class(name);
    if (of == nullptr) return {};
    std::string text;
    if (!of->base.empty()) text += fmt::format("\n- is a {}", of->base);
    if (!of->wrapper.empty()) text += fmt::format("\n- wrapper: {}", of->wrapper);
    if (!of->host_family.empty()) text += fmt::format("\n- runs on {}", of->host_family);
    if (!of->is_abstract)
      text += of->max == UINT32_MAX ? fmt::format("\n- {} at the start, and any number", of->initial)
                                    : fmt::format("\n- {} at the start, {} at most", of->initial, of->max);
    return "\n" + text;
  }

  std::string of_stub(const Symbol& symbol) const {
    const auto wrapper = project_.wrappers.find(symbol.owner);
    const model::Stub* stub =
        wrapper == project_.wrappers.end() ? nullptr : wrapper->second.find_stub(symbol.name);
    if (stub == nullptr) return {};
    const model::Key* key = view_.shipped().catalog.find_key(stub->key);
    const model::Operation* operation = key == nullptr ? nullptr : key->find_operation(stub->operation);
    const std::string help =
        operation == nullptr || operation->params_help.empty() ? "" : " " + operation->params_help;
    return fmt::format("\n\nkey {}: {}{}, timeout {}", stub->key, stub->operation, help,
                       model::to_text(model::Value(stub->timeout)));
  }

  std::string of_event(const std::string& name) const {
    const dsl::KnownEvent* event = index_.names().events().find(name);
    if (event == nullptr) return {};
    std::string text;
    for (const model::EventValue& value : event->values)
      text += fmt::format("\n- {}: {}", value.name, model::name_of(value.type));
    for (const model::Class* one : event->subjects) text += fmt::format("\n- about {}", one->name);
    return text.empty() ? text : "\n" + text;
  }

  // Of a class its components and where they are, of an attribute its value in each.
  std::string now(const Symbol& symbol) const {
    if (!live_) return {};
    const std::string& of = symbol.sort == Sort::kClass ? symbol.name : symbol.owner;
    std::vector<std::string> names{of};
    for (const model::Class& one : project_.classes)
      if (one.name != of && project_.is_a(one.name, of)) names.push_back(one.name);
    std::string text;
    size_t told = 0;
    for (const LiveComponent& one : live_(project_.name, view_.folder(), names)) {
      if (told++ == kMostComponents) return text + "\n- ...";
      text += symbol.sort == Sort::kClass ? state_of(one) : value_of(one, symbol.name);
    }
    return text.empty() ? text : "\n\nnow:\n" + text;
  }
  static std::string state_of(const LiveComponent& one) {
    return fmt::format("\n- {}: {}{}", one.name, one.state, one.host.empty() ? "" : " on " + one.host);
  }
  static std::string value_of(const LiveComponent& one, const std::string& attribute) {
    for (const auto& [name, value] : one.attributes)
      if (name == attribute) return fmt::format("\n- {}: {}", one.name, value);
    return {};
  }

  const ProjectView& view_;
  SymbolIndex& index_;
  const Live& live_;
  const model::Project& project_;
};

}  // namespace

std::string hover_text(const ProjectView& view, SymbolIndex& index,
                       const std::vector<const Occurrence*>& about, const Live& live) {
  std::string text;
  Teller teller(view, index, live);
  for (const Occurrence* one : about) text += (text.empty() ? "" : "\n\n---\n\n") + teller.tell(*one);
  return text;
}

}  // namespace attune::lsp
