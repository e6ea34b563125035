// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/arguments.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/workflow/evaluator.h"

namespace attune::workflow {

namespace {

using model::Navigation;
using Texts = std::vector<std::string>;

constexpr std::string_view kOwnOutput = "/dev/stdout";

bool is_on_this_machine(const system::System& system, const system::Component& component) {
  const system::Host* host = system.host_of(component);
  if (host == nullptr || host->vm != system::kNoComponent) return false;
  return system.project().families[host->family].protocol == Protocol::kLocal;
}

Result<Operand> manager_word(std::string_view word, const Viewpoint& from) {
  const system::Component* self = from.system.find(from.self);
  if (word == "pipe") {
    const bool local = self != nullptr && is_on_this_machine(from.system, *self);
    return Operand(model::Value(std::string(local ? from.pipe : kOwnOutput)));
  }
  if (word == "project") return Operand(model::Value(from.system.project().name));
  if (word == "name") return Operand(model::Value(std::string(kManagerName)));
  return fail(ErrorCode::kNotFound, fmt::format("the manager has no '{}'", word));
}

Result<Operand> role_or_class(const std::string& name, const Viewpoint& from) {
  const model::Project& project = from.system.project();
  const system::Component* self = from.system.find(from.self);
  if (self != nullptr && project.find_role(from.system.class_of(*self).name, name) != nullptr)
    return member(from, ComponentRef{from.self}, name);
  if (const model::Class* found = project.find_class(name)) return instances_of(from.system, *found);
  return fail(ErrorCode::kNotFound, fmt::format("neither a role nor a class is called '{}'", name));
}

Result<Operand> root_of(const Navigation& navigation, const Viewpoint& from) {
  switch (navigation.root) {
    case Navigation::Root::kThis:
      return Operand(ComponentRef{from.self});
    case Navigation::Root::kName:
      return role_or_class(navigation.name, from);
    case Navigation::Root::kArgument:
      if (navigation.argument >= 1 && navigation.argument <= from.passed.size())
        return from.passed[navigation.argument - 1];
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} given, and ${} is asked for", from.passed.size(), navigation.argument));
    case Navigation::Root::kManager:
      break;
  }
  if (navigation.steps.empty()) return fail(ErrorCode::kInvalid, "$manager has members only");
  return manager_word(navigation.steps.front(), from);
}

Result<std::string> text_of(const model::Value& value, const Viewpoint& from) {
  const auto* secret = value.get_if<model::Secret>();
  return secret != nullptr && from.read_secret != nullptr ? from.read_secret(*secret) : model::to_text(value);
}

// As many texts as there are values.
Result<Texts> texts_of(const Operand& operand, bool of_many, const Viewpoint& from) {
  const system::System& system = from.system;
  Texts texts;
  if (const auto* set = std::get_if<ComponentSet>(&operand)) {
    for (const system::ComponentId id : set->ids) texts.push_back(to_text(ComponentRef{id}, system));
  } else if (const auto* hosts = std::get_if<HostSet>(&operand)) {
    for (const system::HostId id : hosts->ids) texts.push_back(to_text(HostRef{id}, system));
  } else if (const auto* value = std::get_if<model::Value>(&operand)) {
    const auto* list = value->get_if<model::List>();
    const bool is_one = list == nullptr || !of_many;
    for (const model::Value& each : is_one ? std::span(value, 1) : std::span(*list)) {
      Result<std::string> text = text_of(each, from);
      if (!text) return fail(std::move(text).error());
      texts.push_back(*std::move(text));
    }
  } else if (std::holds_alternative<None>(operand)) {
    texts.emplace_back();
  } else {
    texts.push_back(to_text(operand, system));
  }
  return texts;
}

}  // namespace

Result<Texts> values_of(const Navigation& navigation, const Viewpoint& from) {
  const auto told = [&](Error error) { return fail(std::move(error).within(to_text(navigation))); };
  Result<Operand> at = root_of(navigation, from);
  if (!at) return told(std::move(at).error());
  bool of_many = false;  // a list of values is a List attribute's own, or one value of each of many
  const size_t first = navigation.root == Navigation::Root::kManager ? 1 : 0;
  for (size_t i = first; i < navigation.steps.size(); ++i) {
    if (std::holds_alternative<None>(*at)) break;
    of_many = of_many || std::holds_alternative<ComponentSet>(*at) || std::holds_alternative<HostSet>(*at);
    at = member(from, *at, navigation.steps[i]);
    if (!at) return told(std::move(at).error());
  }
  Result<Texts> texts = texts_of(*at, of_many, from);
  if (!texts) return told(std::move(texts).error());
  return texts;
}

Result<std::string> text_of(const model::Template& of, const Viewpoint& from) {
  std::string text;
  for (const auto& part : of.parts) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      text += *literal;
      continue;
    }
    Result<Texts> values = values_of(std::get<Navigation>(part), from);
    if (!values) return fail(std::move(values).error());
    const std::string joined = fmt::format("{}", fmt::join(*values, ","));
    text += from.escape == nullptr ? joined : from.escape(joined);
  }
  return text;
}

Result<Texts> arguments_of(std::span<const model::Template> params, const Viewpoint& from) {
  Texts arguments;
  for (const model::Template& param : params) {
    const auto* single = param.parts.size() == 1 ? std::get_if<Navigation>(&param.parts[0]) : nullptr;
    if (single == nullptr) {
      Result<std::string> text = text_of(param, from);
      if (!text) return fail(std::move(text).error());
      arguments.push_back(*std::move(text));
      continue;
    }
    Result<Texts> values = values_of(*single, from);
    if (!values) return values;
    arguments.insert(arguments.end(), values->begin(), values->end());
  }
  return arguments;
}

}  // namespace attune::workflow
