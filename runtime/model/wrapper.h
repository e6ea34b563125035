// SPDX-License-Identifier: Apache-2.0
// Wrapper: what a WDL file says: the stubs of a component, what implements each, and the events it raises.
// Immutable; any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/place.h"
#include "runtime/model/navigation.h"
#include "runtime/model/value.h"

namespace attune::model {

inline constexpr Duration kDefaultStubTimeout = std::chrono::seconds(60);

struct Stub {
  std::string name;       // what diagrams call
  std::string key;        // what implements it: VM, Process, Script, Probe
  std::string operation;  // the operation there (WDL's method attribute)
  std::vector<Template> params;
  Duration timeout = kDefaultStubTimeout;
  // Whether a call that was lost may be made once more, when it is known not to have been carried out.
  bool repeat = false;
  Place place;
};

struct EventValue {
  std::string name;
  Type type = Type::kString;
};

struct EventDeclaration {
  std::string name;
  std::vector<EventValue> values;
  bool level = false;  // a condition that lasts, not a fact: sent again while it does
  Place place;
};

struct Wrapper {
  std::string name;
  std::string path;  // the file it was read from
  std::vector<Stub> stubs;
  std::vector<EventDeclaration> events;

  const Stub* find_stub(std::string_view stub) const;
  const EventDeclaration* find_event(std::string_view event) const;
};

// What keys exist and what each can do: handed to the checker by whoever implements them
// (wrappers/catalog.h).
struct Operation {
  std::string name;
  size_t min_params = 0;
  size_t max_params = 0;
  std::string params_help;  // "domain target-host", for messages
  bool repeat = false;      // a stub's, where it says nothing else
};
struct Key {
  std::string name;
  std::vector<Operation> operations;  // empty: any operation is accepted (Script)
  // Attributes that the key reads from the component's class, with their types: checked where present.
  std::vector<EventValue> attributes;
  const Operation* find_operation(std::string_view operation) const;
};
struct Catalog {
  std::vector<Key> keys;
  const Key* find_key(std::string_view key) const;
};

}  // namespace attune::model
