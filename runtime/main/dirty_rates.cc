// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/dirty_rates.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/workflow/planned_moves.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_domain.h"

namespace attune::main {

namespace {

constexpr Duration kPatience = std::chrono::seconds(5);

// The hosts' answers as they come.
struct Gathering {
  std::map<std::string, system::ComponentId> machines;  // by UUID
  DirtyRates rates;
  size_t open = 0;  // hosts that have not answered yet
  std::function<void(DirtyRates)> done;

  void end() {
    if (done) std::exchange(done, nullptr)(std::move(rates));
  }
  void take(const Result<std::vector<ports::DirtyRate>>& told) {
    for (const ports::DirtyRate& one : told.value_or(std::vector<ports::DirtyRate>{})) {
      const auto machine = machines.find(one.domain.uuid);
      if (machine != machines.end()) rates[machine->second] = static_cast<double>(one.bytes_per_second);
    }
    if (--open == 0) end();
  }
};

// The machines that may run, into the gathering, and where their hosts' hypervisors are.
std::set<std::string> find_machines(const wrappers::World& world, Gathering& gathering) {
  std::set<std::string> hypervisors;
  for (const system::Component* component : world.system.components()) {
    const system::Host* host = world.system.host_of(*component);
    const bool is_one = workflow::is_planned(world.system.project(), world.system.class_of(*component)) &&
                        system::may_run(component->lifecycle);
    if (!is_one || host == nullptr || !system::is_usable(host->state)) continue;
    const Result<std::string> uri = wrappers::hypervisor_uri(world.system, *host);
    if (!uri) continue;
    hypervisors.insert(*uri);
    const std::string name = wrappers::vm_domain_name(world, *component);
    gathering.machines[wrappers::vm_domain_id(world, name).uuid] = component->id;
  }
  return hypervisors;
}

}  // namespace

Task<DirtyRates> measure_dirty_rates(wrappers::World& world, std::stop_token stop) {
  const auto gathering = std::make_shared<Gathering>();
  const std::set<std::string> hypervisors = find_machines(world, *gathering);
  if (hypervisors.empty()) co_return DirtyRates{};
  gathering->open = hypervisors.size();
  std::unique_ptr<ports::Loop::Timer> limit;
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<DirtyRates>([&](std::function<void(DirtyRates)> done) {
    gathering->done = std::move(done);
    limit = world.loop.after(kPatience, [gathering] { gathering->end(); });
    stopped.emplace(stop, [gathering] { gathering->end(); });
    for (const std::string& uri : hypervisors)
      start<Result<std::vector<ports::DirtyRate>>>(
          world.hypervisor.dirty_rates(uri),
          [gathering](const Result<std::vector<ports::DirtyRate>>& told) { gathering->take(told); });
  });
}

}  // namespace attune::main
