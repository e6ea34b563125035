// SPDX-License-Identifier: Apache-2.0
// The libvirt domain that a component of key VM stands for: from its class's attributes, or from the author's
// own domain XML with $ navigation in it. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// The domain's name where there is no call to say it: the first param of the component's start stub, else the
// component's own name.
std::string vm_domain_name(const World& world, const system::Component& component);

// The same with the UUID that tells it from others of its name: it follows from the project's name and this
// one.
ports::DomainId vm_domain_id(const World& world, std::string name);

// Whether attributes leave open how the guest is run, so that the host has to be asked what it offers.
bool leaves_virtualization_open(const World& world, system::ComponentId component);

// The domain's XML under the name `domain`. `accelerated`: the host runs guests on KVM. kInvalid names the
// attribute that is missing or makes no sense.
Result<std::string> vm_domain_xml(const World& world, system::ComponentId component,
                                  const std::string& domain, bool accelerated);

// The MAC addresses of the machine's interfaces, in lower case; none where what describes it makes no sense.
std::vector<std::string> vm_macs(const World& world, const system::Component& component);

// The attribute as text, $ navigation filled; nothing where the class has none, or it has no value.
std::optional<std::string> vm_attribute(const World& world, system::ComponentId component,
                                        std::string_view name);

}  // namespace attune::wrappers
