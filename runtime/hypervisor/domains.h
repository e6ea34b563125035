// SPDX-License-Identifier: Apache-2.0
// What can be done with the domains of one host: libvirt's calls, each with its one-line Error. They block:
// worker threads only.
#pragma once

#include <string>
#include <vector>

#include "runtime/hypervisor/connection.h"
#include "runtime/hypervisor/domain_events.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

Result<std::vector<ports::Domain>> list_domains(Connection& host);
Result<ports::Domain> find_domain(Connection& host, const ports::DomainId& domain);
Result<Snapshot> snapshot(Connection& host);

// Defines and starts. One that runs or is paused is left as it is, but made persistent. kExists: a stranger
// has its name. kNoSpace: the host has too little free memory, and the domain is only defined.
Result<void> boot_domain(Connection& host, const std::string& xml);
// Only asks the guest (its agent, else by ACPI). A domain that is off, or not there, is no error.
Result<void> ask_to_shut_down(Connection& host, const ports::DomainId& domain);
// These three are content when there is nothing left to do; destroy also when there is no such domain.
Result<void> destroy_domain(Connection& host, const ports::DomainId& domain);
Result<void> suspend_domain(Connection& host, const ports::DomainId& domain);
Result<void> resume_domain(Connection& host, const ports::DomainId& domain);
// Removes the definition of a domain that is off (a running one becomes transient). Not there is no error.
Result<void> undefine_domain(Connection& host, const ports::DomainId& domain);

// DHCP leases first, then the agent's word, then the host's ARP table; without loopback and link-local ones,
// each once. Empty while nobody knows one.
Result<std::vector<ports::GuestAddress>> addresses_of(Connection& host, const ports::DomainId& domain);
Result<ports::HostCapacity> capacity_of(Connection& host);

}  // namespace attune::hypervisor
