// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_address.h"

#include <arpa/inet.h>

#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/address.h"
#include "runtime/base/log.h"
#include "runtime/system/stubs.h"
#include "wrappers/vm_domain.h"

namespace attune::wrappers {

namespace {

constexpr size_t kShown = 100;      // bytes of what is no address
constexpr size_t kToldAtMost = 10;  // of one machine

// Several ways to write it are the same one.
std::string canonical(const std::string& address) {
  for (const int family : {AF_INET, AF_INET6}) {
    unsigned char bytes[sizeof(in6_addr)];
    char text[INET6_ADDRSTRLEN];
    if (inet_pton(family, address.c_str(), bytes) == 1) return inet_ntop(family, bytes, text, sizeof text);
  }
  return address;
}

// What a machine that does not run has learnt once may be had by the next.
bool has_it(const system::System& system, const system::Component& other, const std::string& address) {
  const auto value = system.attribute(other, "address");
  if (!value || canonical(model::to_text(*value)) != address) return false;
  return system.class_of(other).find_attribute("address")->value || system::may_run(other.lifecycle);
}

// What lives in the machine shares its address.
bool lives_in(const system::System& system, const system::Component& other, system::ComponentId vm) {
  const system::Host* host = system.host_of(other);
  return other.id == vm || other.container == vm || (host != nullptr && host->vm == vm);
}

// Whether both are on networks of their hosts', and of different hosts: what one host leases is no other
// guest's on that host, while other hosts may use the same range.
bool is_apart(const World& world, const ports::GuestAddress& claim, const system::Component& vm,
              const system::Component& other) {
  if (!claim.is_leased || world.system.host_of(vm) == world.system.host_of(other)) return false;
  return !vm_attribute(world, other.id, "network").value_or("").empty();
}

// Machines of that class: what other components call an address may well be the machine's that they watch.
bool makes_machines(const system::System& system, const model::Class& of) {
  const auto instances = system.instances(of.name);
  return !instances.empty() && of.find_attribute("address") != nullptr &&
         system::start_key_of(system, *instances.front()) == system::kVmKey;
}

// The name of whoever else has the address; empty where nobody has.
std::string owner_of(const World& world, const ports::GuestAddress& claim, const system::Component& vm) {
  const system::System& system = world.system;
  const std::string address = canonical(claim.text);
  for (const system::Host* host : system.hosts()) {
    if (host->vm == vm.id || canonical(host->address) != address) continue;
    const system::Component* guest = system.find(host->vm);
    if (guest == nullptr || (system::may_run(guest->lifecycle) && !is_apart(world, claim, vm, *guest)))
      return host->name;
  }
  for (const model::Class& of : system.project().classes) {
    if (!makes_machines(system, of)) continue;
    for (const system::Component* other : system.instances(of.name))
      if (!lives_in(system, *other, vm.id) && has_it(system, *other, address) &&
          !is_apart(world, claim, vm, *other))
        return other->name;
  }
  return {};
}

// Why it is not used; empty where it is.
std::string refusal_of(const World& world, const ports::GuestAddress& claim, const std::string& name,
                       const system::Component& vm) {
  if (!is_reachable_address(claim.text))
    return fmt::format(
        "libvirt was told '{}' for the address of {}, which no machine can have: it is not used",
        printable(std::string_view(claim.text).substr(0, kShown)), name);
  const std::string owner = owner_of(world, claim, vm);
  if (owner.empty()) return {};
  return fmt::format("libvirt was told {} for the address of {}, which is that of {}: it is not used",
                     claim.text, name, owner);
}

// Each once. A guest that always tells another is not heard for ever.
void tell(World& world, system::ComponentId vm, const std::string& refusal) {
  if (!world.misnamed.contains(vm))
    std::erase_if(world.misnamed, [&](const auto& one) { return world.system.find(one.first) == nullptr; });
  std::set<std::string>& told = world.misnamed[vm];
  if (told.size() < kToldAtMost && told.insert(refusal).second) world.log.warning(refusal);
}

}  // namespace

bool wants_address(const World& world, const system::Component& vm) {
  if (const system::Host* itself = world.system.find_host(vm.name))
    return itself->vm == vm.id && itself->address.empty() && !world.system.attribute(vm, "address");
  return world.system.class_of(vm).find_attribute("address") != nullptr &&
         !world.system.attribute(vm, "address");
}

bool learns_address(const World& world, const system::Component& vm) {
  const model::Attribute* attribute = world.system.class_of(vm).find_attribute("address");
  if (attribute != nullptr) return !attribute->value;
  const system::Host* itself = world.system.find_host(vm.name);
  return itself != nullptr && itself->vm == vm.id;
}

system::Change address_learnt(const World& world, const system::Component& vm, std::string address) {
  if (world.system.class_of(vm).find_attribute("address") != nullptr)
    return system::AttributeSet{vm.id, "address", model::Value(std::move(address))};
  const system::Host* itself = world.system.find_host(vm.name);
  return system::HostChanged{.host = vm.name, .state = itself->state, .address = std::move(address)};
}

Task<std::optional<std::string>> ask_address(World& world, system::ComponentId vm, std::string uri,
                                             ports::DomainId domain) {
  const std::string name = domain.name;
  const auto found = co_await world.hypervisor.addresses(std::move(uri), std::move(domain));
  if (!found) co_return std::nullopt;
  const system::Component* component = world.system.find(vm);
  if (component == nullptr) co_return std::nullopt;
  bool is_told = false;
  for (const ports::GuestAddress& claim : *found) {
    const std::string refusal = refusal_of(world, claim, name, *component);
    if (refusal.empty()) co_return claim.text;
    if (!is_own_address(claim.text) && !std::exchange(is_told, true)) tell(world, vm, refusal);
  }
  co_return std::nullopt;
}

}  // namespace attune::wrappers
