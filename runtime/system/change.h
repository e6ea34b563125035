// SPDX-License-Identifier: Apache-2.0
// Change: one thing that happened to the system, as a value: what is journalled, replayed after a crash, and
// shown. Everything that alters components, bindings and hosts is one of these. Any thread.
#pragma once

#include <string>
#include <variant>

#include "runtime/model/value.h"
#include "runtime/system/component.h"
#include "runtime/system/host.h"

namespace attune::system {

struct ComponentCreated {
  ComponentId id = kNoComponent;
  std::string name;
  std::string class_name;
  uint32_t number = 1;
  ComponentId container = kNoComponent;
  friend bool operator==(const ComponentCreated&, const ComponentCreated&) = default;
};
struct ComponentRemoved {
  ComponentId id = kNoComponent;
  friend bool operator==(const ComponentRemoved&, const ComponentRemoved&) = default;
};
struct LifecycleChanged {
  ComponentId id = kNoComponent;
  Lifecycle to = Lifecycle::kDeclared;
  friend bool operator==(const LifecycleChanged&, const LifecycleChanged&) = default;
};
struct AttributeSet {
  ComponentId id = kNoComponent;
  std::string attribute;
  model::Value value;
  friend bool operator==(const AttributeSet&, const AttributeSet&) = default;
};
struct AttributeUnset {  // its class's own value counts again, if that has one
  ComponentId id = kNoComponent;
  std::string attribute;
  friend bool operator==(const AttributeUnset&, const AttributeUnset&) = default;
};
struct HostAssigned {  // where the component is, or is to be deployed
  ComponentId id = kNoComponent;
  std::string host;  // empty: nowhere
  friend bool operator==(const HostAssigned&, const HostAssigned&) = default;
};
struct LeftNothing {  // nothing of it runs any more on a host that it was left on
  ComponentId id = kNoComponent;
  std::string host;
  friend bool operator==(const LeftNothing&, const LeftNothing&) = default;
};
struct Bound {
  ComponentId from = kNoComponent;
  std::string role;
  ComponentId to = kNoComponent;
  ComponentId before = kNoComponent;  // in front of this one among those of the role; else behind them all
  friend bool operator==(const Bound&, const Bound&) = default;
};
struct Unbound {
  ComponentId from = kNoComponent;
  std::string role;
  ComponentId to = kNoComponent;
  friend bool operator==(const Unbound&, const Unbound&) = default;
};
struct HostChanged {  // a host's state or capacity became known, or its maintenance begins or ends
  std::string host;
  HostState state = HostState::kUnknown;
  unsigned cpus = 0;
  model::Size memory{};
  std::string address;
  Maintenance maintenance = Maintenance::kAsBefore;
  friend bool operator==(const HostChanged&, const HostChanged&) = default;
};
struct PropertyChanged {  // a price or a capacity of a site, a host or a link is another one
  std::string of;         // the site or host
  std::string property;
  std::string value;  // as it is written
  std::string to;     // the other site, where it is of their link
  friend bool operator==(const PropertyChanged&, const PropertyChanged&) = default;
};

using Change = std::variant<ComponentCreated, ComponentRemoved, LifecycleChanged, AttributeSet, HostAssigned,
                            Bound, Unbound, HostChanged, AttributeUnset, LeftNothing, PropertyChanged>;

}  // namespace attune::system
