// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_copies.h"

#include <algorithm>
#include <utility>

#include "runtime/system/stubs.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_domain.h"
#include "wrappers/vm_search.h"

namespace attune::wrappers {

namespace {

bool is_vm(const system::System& system, const system::Component& component) {
  return start_key_of(system, component) == system::kVmKey;
}

bool has_vms(const system::System& system) {
  const auto components = system.components();
  return std::any_of(components.begin(), components.end(),
                     [&](const system::Component* one) { return is_vm(system, *one); });
}

// Those of the domains that are ours, and that the system has on another host.
std::vector<Copy> candidates(const World& world, const std::string& host,
                             const std::vector<ports::Domain>& domains) {
  std::vector<Copy> copies;
  if (domains.empty()) return copies;
  for (const system::Component* component : world.system.components()) {
    const system::Host* own = is_vm(world.system, *component) ? world.system.host_of(*component) : nullptr;
    if (own == nullptr || own->name == host) continue;
    ports::DomainId id = vm_domain_id(world, vm_domain_name(world, *component));
    const auto found = std::find_if(domains.begin(), domains.end(),
                                    [&](const ports::Domain& one) { return one.uuid == id.uuid; });
    if (found != domains.end()) copies.push_back({component->id, std::move(id), found->state, own->name});
  }
  return copies;
}

Task<Copy::There> ask(World& world, ports::DomainId domain, std::string host_name) {
  const auto uri = hypervisor_uri(world.system, host_name);
  if (!uri || world.system.find_host(host_name)->state == system::HostState::kOff)
    co_return Copy::There::kNot;
  const auto found = co_await world.hypervisor.find(*uri, std::move(domain));
  if (found && is_on(found->state))
    co_return found->state == ports::DomainState::kPaused ? Copy::There::kPaused : Copy::There::kRunning;
  if (found) co_return Copy::There::kNot;
  co_return found.error().code == ErrorCode::kNotFound ? Copy::There::kNot : Copy::There::kSilent;
}

}  // namespace

Task<Result<std::vector<Copy>>> find_copies(World& world, std::string host_name) {
  const auto uri = hypervisor_uri(world.system, host_name);
  if (!uri || !has_vms(world.system)) co_return std::vector<Copy>{};
  const auto domains = co_await world.hypervisor.domains(*uri);
  if (!domains) co_return fail(domains.error());
  std::vector<Copy> copies = candidates(world, host_name, *domains);
  for (Copy& copy : copies) copy.there = co_await ask(world, copy.domain, copy.own);
  co_return copies;
}

}  // namespace attune::wrappers
