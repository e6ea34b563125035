// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_address.h"

#include <utility>

namespace attune::wrappers {

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

Task<std::optional<std::string>> ask_address(World& world, std::string uri, ports::DomainId domain) {
  const auto found = co_await world.hypervisor.addresses(std::move(uri), std::move(domain));
  if (!found || found->empty()) co_return std::nullopt;
  co_return found->front();
}

}  // namespace attune::wrappers
