// SPDX-License-Identifier: Apache-2.0
// What a run of a diagram can touch: call, change, bind, create or remove. Navigated from `this` as the
// system stands; where only the run can tell which components of a class, the class as a whole. Reading is
// not touching. Pure; loop thread only.
#pragma once

#include "runtime/model/diagram.h"
#include "runtime/system/system.h"
#include "runtime/workflow/locks.h"

namespace attune::workflow {

// `self` may be kNoComponent.
Footprint footprint_of(const model::Diagram& diagram, const system::System& system, system::ComponentId self);
// Only of what is there when the run begins: without the instances that it makes itself.
Footprint footprint_of_present(const model::Diagram& diagram, const system::System& system,
                               system::ComponentId self);

// Adds one component, or all instances of a class and its subclasses.
void add_component(Footprint& to, const system::System& system, system::ComponentId id);
void add_class(Footprint& to, const system::System& system, std::string_view class_name);
// Also what it contains, and what lives inside it.
void add_whole(Footprint& to, const system::System& system, const system::Component& component);

// What lives in a virtual machine, where the stub ends that.
void add_ended(Footprint& to, const system::System& system, system::ComponentId id, std::string_view stub);

}  // namespace attune::workflow
