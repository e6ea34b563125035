// SPDX-License-Identifier: Apache-2.0
// A VM's address: who wants to know it, and how it becomes part of the system once libvirt does. Loop thread
// only.
#pragma once

#include <optional>
#include <string>

#include "runtime/system/change.h"
#include "runtime/system/component.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// Whether it is not known, and an attribute of that name or components that live inside the VM wait for it.
bool wants_address(const World& world, const system::Component& vm);

// Whether it is learnt: nobody has written it down, and somebody wants it. It is asked for anew at each
// start.
bool learns_address(const World& world, const system::Component& vm);

// What makes it known to them.
system::Change address_learnt(const World& world, const system::Component& vm, std::string address);

// What libvirt knows of it just now: a DHCP lease, the guest agent's word. Nothing where it does not, yet, or
// where that is not the IP address of a machine that can be reached, or is a host's or another machine's that
// may run or was given it by its class: this is in the log, once for each such word, up to ten of a VM.
Task<std::optional<std::string>> ask_address(World& world, system::ComponentId vm, std::string uri,
                                             ports::DomainId domain);

}  // namespace attune::wrappers
