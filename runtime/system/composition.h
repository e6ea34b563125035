// SPDX-License-Identifier: Apache-2.0
// Composition: the changes that bring whole components in and out: with their contents, and with the bindings
// that their cardinalities demand. Nothing is applied here; who asks journals the changes and applies them.
// Pure; loop thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/instances.h"
#include "runtime/system/system.h"

namespace attune::system {

// What makes a new instance of the class: it, its contents, and the bindings that its own cardinalities
// demand (to what it is contained in first, then to the least bound). The first change is the instance
// itself. kInvalid where `max` or a cardinality forbids it; the message says which.
Result<std::vector<Change>> creation(const System& system, std::string_view class_name);

// What removes the component: its contents, what lives inside it (a VM), all bindings to and from them,
// itself.
std::vector<Change> removal(const System& system, const Component& component);

// What a component that does not run any more makes of what lives inside it, where it is a VM: it is
// declared. What of it is still on the VM's disks, its next deployment finds.
std::vector<Change> going_down(const System& system, const Component& component);

// The VM that it lives inside; nullptr where it is on a host of a family, or nowhere.
const Component* vm_around(const System& system, const Component& component);
// How far inside others it lives, containers and VMs: 0 on a host of a family.
size_t depth_of(const System& system, const Component& component);

// What makes a project's first components. In a system that has components already, only those that it never
// had (a class that is new in the drawing, a higher `initial`), and the bindings that these and the
// cardinalities ask for; what was removed is not made again.
std::vector<Change> initial(const System& system, const model::Instances& instances);

// Where a component has fewer along a role than its cardinality asks for: "front.backends has 0 of at least 1
// 'app'". None where no drawing has changed and nobody unbound by hand.
std::vector<std::string> shortfalls(const System& system);

}  // namespace attune::system
