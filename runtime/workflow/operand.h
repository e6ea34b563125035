// SPDX-License-Identifier: Apache-2.0
// Operand: what an expression gives while a run goes on: a value, a component, a host, several of them, or
// none. And what a dot after each of them leads to, in diagrams and in wrappers alike. Immutable values; any
// thread; what takes the system, on the loop's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/value.h"
#include "runtime/system/system.h"

namespace attune::workflow {

struct None {
  friend bool operator==(const None&, const None&) = default;
};
struct ComponentRef {
  system::ComponentId id = system::kNoComponent;
  friend bool operator==(const ComponentRef&, const ComponentRef&) = default;
};
struct ComponentSet {
  std::vector<system::ComponentId> ids;
  std::string class_name;  // of which all are; may be empty
  friend bool operator==(const ComponentSet& a, const ComponentSet& b) { return a.ids == b.ids; }
};
struct HostRef {
  system::HostId id = system::kNoHost;
  friend bool operator==(const HostRef&, const HostRef&) = default;
};
struct HostSet {
  std::vector<system::HostId> ids;
  std::string family;  // of which all are; may be empty
  friend bool operator==(const HostSet& a, const HostSet& b) { return a.ids == b.ids; }
};

using Operand = std::variant<None, model::Value, ComponentRef, ComponentSet, HostRef, HostSet>;

// "128MiB", "vm1", "lab2", "app1, app2", "none": for the story, for messages and for arguments.
std::string to_text(const Operand& operand, const system::System& system);
// "a Size", "a component": for messages.
std::string kind_text(const Operand& operand);

// What is looked at, and when.
struct Outlook {
  const system::System& system;
  Instant now{};
  std::string_view pipe;  // the manager's FIFO
};

// What `name` is of the operand: of a component a role, an attribute, or name (srname), host, state, class,
// container;
// of a host name, address, state, load, cpus, memory, free_memory, components (how many), or what its node
// file says; of a set the same of each member. A role that takes one gives a component or none, any other
// gives a set. A String attribute's value in the deployment diagram is a template and is filled here.
// kNotFound: there is no such thing; kInvalid: an attribute without a value, a member of none.
Result<Operand> member(const Outlook& outlook, const Operand& of, std::string_view name);

// A component's attribute; where it is the deployment diagram's own text, with its navigation filled. Errors
// as above.
Result<model::Value> attribute_of(const Outlook& outlook, const system::Component& component,
                                  std::string_view name);
// Where a host answers; of a VM whose address is not known yet, what its class's attribute `address` comes
// to. Empty: nothing is known.
std::string address_of(const Outlook& outlook, const system::Host& host);

// All instances of the class; of a class that has one at most, that one or none.
Operand instances_of(const system::System& system, const model::Class& of);
// The components that the operand names: one, several or none. Nothing where it is a value or a host.
std::optional<std::vector<system::ComponentId>> components_of(const Operand& operand);

}  // namespace attune::workflow
