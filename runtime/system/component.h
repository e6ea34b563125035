// SPDX-License-Identifier: Apache-2.0
// Component: one live instance of a class, as the manager knows it: name, attributes, host, lifecycle,
// bindings and contents (Fractal's controllers). Changed only through System::apply. Loop thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/model/project.h"
#include "runtime/model/value.h"

namespace attune::system {

// Ids are never used again within a project's life, so a reference held over a wait cannot come to mean
// another.
using ComponentId = uint32_t;
using HostId = uint32_t;
inline constexpr ComponentId kNoComponent = UINT32_MAX;
inline constexpr HostId kNoHost = UINT32_MAX;

enum class Lifecycle { kDeclared, kDeployed, kStarting, kStarted, kStopping, kStopped, kFailed, kLost };
std::string_view name_of(Lifecycle lifecycle);  // "declared", "deployed" ...
std::optional<Lifecycle> find_lifecycle(std::string_view name);
// Whether something of it may run: it was started, and nobody knows that it has ended. A failed one is known
// not to run.
bool may_run(Lifecycle lifecycle);

// One end of a binding as its owner has it: the association's role and the component there.
struct Binding {
  uint32_t association = 0;  // in Project::associations
  ComponentId to = kNoComponent;
  friend bool operator==(const Binding&, const Binding&) = default;
};

struct Component {
  ComponentId id = kNoComponent;
  std::string name;
  uint32_t class_index = 0;  // in Project::classes
  uint32_t number = 1;
  Lifecycle lifecycle = Lifecycle::kDeclared;
  HostId host = kNoHost;                 // own host; contents share their container's
  ComponentId container = kNoComponent;  // whose content it is
  // Hosts that did not answer when it was given another: it may still run there. Until it is there again, it
  // is known to have ended there (LeftNothing), or the host is gone.
  std::vector<HostId> left_on;
  std::vector<Binding> bindings;  // from this one, contents included, in the order they were made
  // Attributes that differ from the class's, by their index in Class::attributes.
  std::vector<std::pair<uint32_t, model::Value>> attributes;
};

}  // namespace attune::system
