// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/operand.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/diagnostic.h"
#include "runtime/model/expression.h"
#include "runtime/model/navigation.h"
#include "runtime/model/power.h"
#include "runtime/system/host_state.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/switching.h"

namespace attune::workflow {

namespace {

using model::Value;
using system::Component;
using system::Host;
using system::System;

constexpr size_t kNamesShown = 8;

template <class Ids, class NameOf>
std::string names_text(const Ids& ids, NameOf name_of) {
  std::string text;
  for (size_t i = 0; i < ids.size() && i < kNamesShown; ++i) {
    if (i > 0) text += ", ";
    text += name_of(ids[i]);
  }
  if (ids.size() > kNamesShown) text += fmt::format(" and {} more", ids.size() - kNamesShown);
  return text.empty() ? "nothing" : text;
}

std::string component_name(const System& system, system::ComponentId id) {
  const Component* found = system.find(id);
  return found == nullptr ? fmt::format("a component that is gone ({})", id) : found->name;
}

std::string host_name(const System& system, system::HostId id) {
  const Host* found = system.find_host(id);
  return found == nullptr ? "a host that is gone" : found->name;
}

struct Text {
  const System& system;
  std::string operator()(const None&) const { return "none"; }
  std::string operator()(const Value& value) const { return model::to_text(value); }
  std::string operator()(const ComponentRef& one) const { return component_name(system, one.id); }
  std::string operator()(const HostRef& one) const { return host_name(system, one.id); }
  std::string operator()(const ComponentSet& set) const {
    return names_text(set.ids, [&](auto id) { return component_name(system, id); });
  }
  std::string operator()(const HostSet& set) const {
    return names_text(set.ids, [&](auto id) { return host_name(system, id); });
  }
};

Value text_value(std::string_view text) {
  return Value(std::string(text));
}

// What every component has a word for; nothing where `name` is none of them.
std::optional<Operand> component_word(const System& system, const Component& component,
                                      std::string_view name) {
  if (name == "name" || name == "srname") return text_value(component.name);
  if (name == "state") return text_value(system::name_of(component.lifecycle));
  if (name == "class") return text_value(system.class_of(component).name);
  if (name == "container") {
    const bool alone = component.container == system::kNoComponent;
    return alone ? Operand(None{}) : Operand(ComponentRef{component.container});
  }
  if (name != "host") return std::nullopt;
  const Host* host = system.host_of(component);
  return host == nullptr ? Operand(None{}) : Operand(HostRef{host->id});
}

Operand bound_along(const Component& component, const System& system, const model::Association& role) {
  const auto index = static_cast<uint32_t>(&role - system.project().associations.data());
  ComponentSet set{{}, role.to};
  for (const system::Binding& binding : component.bindings) {
    if (binding.association == index) set.ids.push_back(binding.to);
  }
  if (role.to_count.max > 1) return set;
  return set.ids.empty() ? Operand(None{}) : Operand(ComponentRef{set.ids.front()});
}

Result<Operand> component_member(const Outlook& outlook, system::ComponentId id, std::string_view name) {
  const System& system = outlook.system;
  const Component* component = system.find(id);
  if (component == nullptr)
    return fail(ErrorCode::kNotFound, "the component is gone: it was removed meanwhile");
  if (auto word = component_word(system, *component, name)) return *std::move(word);
  const model::Class& of = system.class_of(*component);
  if (const model::Association* role = system.project().find_role(of.name, name))
    return bound_along(*component, system, *role);
  if (of.find_attribute(name) == nullptr) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{} has neither a role nor an attribute '{}'", component->name, name));
  }
  Result<Value> value = attribute_of(outlook, *component, name);
  if (!value) return fail(value.error());
  return Operand(*std::move(value));
}

// What is told of prices and capacities counts, whatever the node file said before. Of what no host of the
// family and no site has, there is nothing to read.
std::optional<Operand> known_property(const System& system, const Host& host, std::string_view name) {
  if (name == "site" && host.site < system.sites().size())
    return Operand(text_value(system.sites()[host.site].name));
  if (model::find_rule(model::kHostRules, name) == nullptr) return std::nullopt;
  const auto value = model::property_of(host.terms, name);
  return value ? Operand(*value) : Operand(None{});
}

// What the node file says of the host beyond the capacities: in the type that the family declares, else text.
std::optional<Operand> host_property(const System& system, const Host& host, std::string_view name) {
  if (host.vm != system::kNoComponent) return std::nullopt;
  if (auto known = known_property(system, host, name)) return known;
  const model::HostFamily& family = system.project().families[host.family];
  const auto attribute = std::find_if(family.attributes.begin(), family.attributes.end(),
                                      [&](const model::Attribute& one) { return one.name == name; });
  const bool is_typed = attribute != family.attributes.end();
  for (const model::HostDeclaration& declared : family.hosts) {
    if (declared.name != host.name) continue;
    const auto found = declared.properties.find(std::string(name));
    if (found == declared.properties.end()) break;
    const Result<Value> value =
        model::parse_value(is_typed ? attribute->type : model::Type::kString, found->second);
    return Operand(value ? *value : text_value(found->second));
  }
  if (is_typed && attribute->value) return Operand(*attribute->value);
  return std::nullopt;
}

Operand or_none(std::optional<model::Size> size) {
  return size ? Operand(Value(*size)) : Operand(None{});
}

Result<Operand> host_member(const Outlook& outlook, system::HostId id, std::string_view name) {
  const System& system = outlook.system;
  const Host* host = system.find_host(id);
  if (host == nullptr) return fail(ErrorCode::kNotFound, "the host is gone: its VM was removed meanwhile");
  if (name == "name") return Operand(text_value(host->name));
  if (name == "address") return Operand(text_value(address_of(outlook, *host)));
  if (name == "state") return Operand(text_value(system::name_of(system::state_of(system, *host))));
  if (name == "load") return Operand(Value(host->load.mean(outlook.now).value_or(model::Percent{0})));
  if (name == "cpus")
    return host->cpus == 0 ? Operand(None{}) : Operand(Value(static_cast<int64_t>(host->cpus)));
  if (name == "memory") return or_none(host->memory.bytes == 0 ? std::nullopt : std::optional(host->memory));
  if (name == "free_memory") return or_none(system.free_memory(*host));
  if (name == "components") return Operand(Value(static_cast<int64_t>(system.count_on(*host))));
  if (name == model::kSpare) return Operand(Value(is_spare(system, *host)));
  if (auto property = host_property(system, *host, name)) return *std::move(property);
  return fail(ErrorCode::kNotFound, fmt::format("host {} has no '{}'", host->name, name));
}

// Collects what the members of a set give, as one operand: all of one kind.
class Gathered {
 public:
  void add(Operand one) {
    if (auto* value = std::get_if<Value>(&one)) values_.push_back(std::move(*value));
    if (const auto* host = std::get_if<HostRef>(&one)) add_once(hosts_.ids, host->id);
    if (const auto* component = std::get_if<ComponentRef>(&one)) add_once(components_.ids, component->id);
    if (const auto* set = std::get_if<ComponentSet>(&one)) {
      for (const system::ComponentId id : set->ids) add_once(components_.ids, id);
    }
  }
  Operand take() {
    if (!values_.empty()) return Value(std::move(values_));
    if (!hosts_.ids.empty()) return std::move(hosts_);
    return std::move(components_);
  }

 private:
  template <class Id>
  static void add_once(std::vector<Id>& ids, Id id) {
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }

  model::List values_;
  ComponentSet components_;
  HostSet hosts_;
};

template <class Ids, class MemberOf>
Result<Operand> of_each(const Ids& ids, MemberOf member_of) {
  Gathered gathered;
  for (const auto id : ids) {
    Result<Operand> one = member_of(id);
    if (!one) return one;
    gathered.add(*std::move(one));
  }
  return gathered.take();
}

}  // namespace

Result<Value> attribute_of(const Outlook& outlook, const Component& component, std::string_view name) {
  Result<Value> value = outlook.system.attribute(component, name);
  const std::string* text = value ? value->get_if<std::string>() : nullptr;
  if (text == nullptr || text->find('$') == std::string::npos) return value;
  const model::Class& of = outlook.system.class_of(component);
  const auto index = static_cast<uint32_t>(of.find_attribute(name) - of.attributes.data());
  for (const auto& [own, given] : component.attributes) {
    if (own == index) return value;
  }
  Diagnostics found;
  const model::Template filled = model::parse_template(*text, of.attributes[index].place, found);
  Result<std::string> result = text_of(filled, Viewpoint{outlook, component.id, {}});
  if (!result) return fail(std::move(result).error());
  return Value(*std::move(result));
}

std::string address_of(const Outlook& outlook, const Host& host) {
  const Component* vm = host.address.empty() ? outlook.system.find(host.vm) : nullptr;
  if (vm == nullptr) return host.address;
  const Result<Value> written = attribute_of(outlook, *vm, "address");
  return written ? model::to_text(*written) : std::string();
}

std::string to_text(const Operand& operand, const System& system) {
  return std::visit(Text{system}, operand);
}

std::string kind_text(const Operand& operand) {
  constexpr std::array<std::string_view, 6> kKinds = {"none",       "a value", "a component",
                                                      "components", "a host",  "several hosts"};
  if (const auto* value = std::get_if<Value>(&operand)) {
    return model::to_text(model::Kind{model::Kind::Of::kValue, value->type(), {}, false});
  }
  return std::string(kKinds[operand.index()]);
}

Result<Operand> member(const Outlook& outlook, const Operand& of, std::string_view name) {
  const auto of_component = [&](system::ComponentId id) { return component_member(outlook, id, name); };
  const auto of_host = [&](system::HostId id) { return host_member(outlook, id, name); };
  if (const auto* one = std::get_if<ComponentRef>(&of)) return of_component(one->id);
  if (const auto* one = std::get_if<HostRef>(&of)) return of_host(one->id);
  if (const auto* set = std::get_if<ComponentSet>(&of)) return of_each(set->ids, of_component);
  if (const auto* set = std::get_if<HostSet>(&of)) return of_each(set->ids, of_host);
  return fail(ErrorCode::kInvalid, fmt::format("{} has no '{}'", kind_text(of), name));
}

Operand instances_of(const System& system, const model::Class& of) {
  ComponentSet set{{}, of.name};
  for (const Component* instance : system.instances(of.name)) set.ids.push_back(instance->id);
  const bool one_at_most = of.max == 1 && !of.is_abstract;
  if (one_at_most && set.ids.empty()) return None{};
  if (one_at_most && set.ids.size() == 1) return ComponentRef{set.ids.front()};
  return set;
}

std::optional<std::vector<system::ComponentId>> components_of(const Operand& operand) {
  if (const auto* set = std::get_if<ComponentSet>(&operand)) return set->ids;
  if (const auto* one = std::get_if<ComponentRef>(&operand)) return std::vector{one->id};
  if (std::holds_alternative<None>(operand)) return std::vector<system::ComponentId>{};
  return std::nullopt;
}

}  // namespace attune::workflow
