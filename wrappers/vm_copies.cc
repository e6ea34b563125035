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
  const auto& classes = system.project().classes;
  return std::any_of(classes.begin(), classes.end(), [&](const model::Class& of) {
    const model::Wrapper* wrapper = system.project().wrapper_of(of);
    const model::Stub* start = wrapper == nullptr ? nullptr : wrapper->find_stub("start");
    return start != nullptr && start->key == system::kVmKey && system.count(of.name) > 0;
  });
}

void add_if_elsewhere(const World& world, const std::string& host, const system::Component& component,
                      const ports::Domain& domain, std::vector<Copy>& copies) {
  const system::Host* own = world.system.host_of(component);
  if (own == nullptr || own->name == host) return;
  copies.push_back({component.id, {domain.name, domain.uuid}, domain.state, own->name});
}

// Whose domain it is where that tells its name: most have their component's.
const system::Component* namesake(const World& world, const ports::Domain& domain) {
  const system::Component* one = world.system.find(domain.name);
  const bool is_its = one != nullptr && is_vm(world.system, *one) &&
                      vm_domain_name(world, *one) == domain.name &&
                      vm_domain_id(world, domain.name).uuid == domain.uuid;
  return is_its ? one : nullptr;
}

// Ours have a UUID that follows from a name, what others define as a rule a random one.
bool may_be_ours(const ports::Domain& domain) {
  constexpr size_t kVersion = 14;
  return domain.uuid.size() <= kVersion || domain.uuid[kVersion] == '5';
}

void add_others(const World& world, const std::string& host, const std::vector<const ports::Domain*>& domains,
                std::vector<Copy>& copies) {
  for (const system::Component* component : world.system.components()) {
    const system::Host* own = is_vm(world.system, *component) ? world.system.host_of(*component) : nullptr;
    if (own == nullptr || own->name == host) continue;
    const ports::DomainId id = vm_domain_id(world, vm_domain_name(world, *component));
    const auto found = std::find_if(domains.begin(), domains.end(),
                                    [&](const ports::Domain* one) { return one->uuid == id.uuid; });
    if (found != domains.end()) copies.push_back({component->id, id, (*found)->state, own->name});
  }
}

// Those of the domains that are ours, and that the system has on another host. All components are gone
// through only for a domain that has none of their names.
std::vector<Copy> candidates(const World& world, const std::string& host,
                             const std::vector<ports::Domain>& domains) {
  std::vector<Copy> copies;
  std::vector<const ports::Domain*> others;
  for (const ports::Domain& domain : domains) {
    if (const system::Component* component = namesake(world, domain))
      add_if_elsewhere(world, host, *component, domain, copies);
    else if (may_be_ours(domain))
      others.push_back(&domain);
  }
  if (!others.empty()) add_others(world, host, others, copies);
  std::sort(copies.begin(), copies.end(),
            [](const Copy& one, const Copy& other) { return one.component < other.component; });
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
