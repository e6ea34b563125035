// SPDX-License-Identifier: Apache-2.0
#include "wrappers/guest_access.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/ports/pause.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_address.h"
#include "wrappers/vm_domain.h"

namespace attune::wrappers {

namespace {

constexpr Duration kLook = std::chrono::milliseconds(500);
constexpr Duration kAnswer = std::chrono::seconds(10);  // for `true` to end, once it was sent

using system::Component;
using system::Host;
using system::Lifecycle;

bool may_boot(const Component& vm) {
  return vm.lifecycle == Lifecycle::kStarting || vm.lifecycle == Lifecycle::kStarted ||
         vm.lifecycle == Lifecycle::kLost;
}

// Asks libvirt for the VM's address and makes it the system's, also where that has another one.
Task<int> learn_address(World& world, system::ComponentId id) {
  const Component* vm = world.system.find(id);
  const Host* below = vm == nullptr ? nullptr : world.system.host_of(*vm);
  if (below == nullptr || !learns_address(world, *vm)) co_return 0;
  const auto uri = hypervisor_uri(world.system, *below);
  if (!uri) co_return 0;
  auto address = co_await ask_address(world, id, *uri, vm_domain_id(world, vm_domain_name(world, *vm)));
  vm = world.system.find(id);
  if (address && vm != nullptr && world.observed)
    world.observed(address_learnt(world, *vm, *std::move(address)), "libvirt " + below->name);
  co_return 0;
}

// Nothing where the guest has answered.
Task<std::optional<Error>> knock(World& world, const HostAccess access, std::stop_token stop) {
  ports::Command command;
  command.argv = {"true"};
  command.timeout = kAnswer;
  const auto end = co_await world.shell.run(access.target, std::move(command), stop);
  if (!end) co_return end.error();
  if (const auto* exited = std::get_if<ports::Exited>(&*end); exited != nullptr && exited->code == 0)
    co_return std::nullopt;
  if (std::holds_alternative<ports::Cancelled>(*end))
    co_return Error{ErrorCode::kCancelled, fmt::format("waiting for {} was cancelled", access.target.name)};
  co_return Error{ErrorCode::kUnreachable, fmt::format("{} does not run commands yet", access.target.name)};
}

bool may_pass(const Error& error) {
  return error.code == ErrorCode::kUnreachable || error.code == ErrorCode::kLost ||
         error.code == ErrorCode::kTimedOut;
}

// One look: the access, or what is missing.
Task<Result<HostAccess>> look(World& world, system::ComponentId id, std::stop_token stop) {
  const Component* component = world.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  const Host* host = world.system.host_of(*component);
  const system::ComponentId vm = host == nullptr ? system::kNoComponent : host->vm;
  if (vm != system::kNoComponent && wants_address(world, *world.system.find(vm)))
    co_await learn_address(world, vm);
  component = world.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  auto access = access_to_host_of(world.system, *component);
  if (!access) co_return access;
  if (const auto missing = co_await knock(world, *access, std::move(stop))) {
    // It may have come up with another address than it had.
    if (vm != system::kNoComponent) co_await learn_address(world, vm);
    co_return fail(*missing);
  }
  co_return access;
}

}  // namespace

Task<Result<HostAccess>> access_when_up(World& world, system::ComponentId id, Duration patience,
                                        std::stop_token stop) {
  const Instant deadline = world.clock.now() + patience;
  for (;;) {
    const Component* component = world.system.find(id);
    if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
    const Host* host = world.system.host_of(*component);
    if (host == nullptr || host->vm == system::kNoComponent)
      co_return access_to_host_of(world.system, *component);
    const Component* vm = world.system.find(host->vm);
    if (vm == nullptr || !may_boot(*vm))
      co_return fail(ErrorCode::kUnreachable,
                     fmt::format("host {} is a VM that does not run: start it first", host->name));
    const std::string name = host->name;
    auto access = co_await look(world, id, stop);
    if (access || !may_pass(access.error())) co_return access;
    if (stop.stop_requested())
      co_return fail(ErrorCode::kCancelled, fmt::format("waiting for {} was cancelled", name));
    if (world.clock.now() >= deadline)
      co_return fail(std::move(access.error()).within(fmt::format("VM {} is not up (guest.patience)", name)));
    co_await pause_for(world.loop, kLook, stop);
  }
}

}  // namespace attune::wrappers
