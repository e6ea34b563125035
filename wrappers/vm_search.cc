// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_search.h"

#include <memory>
#include <optional>
#include <utility>

#include "wrappers/hypervisor_access.h"

namespace attune::wrappers {

namespace {

using Answers = std::vector<std::optional<ports::DomainState>>;

std::vector<const system::Host*> others(const system::System& system, const std::string& name) {
  const system::Host* own = system.find_host(name);
  std::vector<const system::Host*> hosts;
  if (own == nullptr || own->vm != system::kNoComponent) return hosts;
  for (const system::Host* host : system.hosts(system.project().families[own->family].name))
    if (host->id != own->id && host->state != system::HostState::kDown) hosts.push_back(host);
  return hosts;
}

// Asks all at once and goes on when the last has answered.
Awaitable<std::shared_ptr<Answers>> ask_all(ports::Hypervisor& hypervisor, std::vector<std::string> uris,
                                            ports::DomainId domain) {
  return Awaitable<std::shared_ptr<Answers>>([&hypervisor, uris = std::move(uris),
                                              domain = std::move(domain)](
                                                 std::function<void(std::shared_ptr<Answers>)> done) {
    const auto answers = std::make_shared<Answers>(uris.size());
    const auto open = std::make_shared<size_t>(uris.size());
    if (uris.empty()) return done(answers);
    for (size_t i = 0; i < uris.size(); ++i)
      start<Result<ports::Domain>>(hypervisor.find(uris[i], domain), [=](const Result<ports::Domain>& found) {
        if (found) (*answers)[i] = found->state;
        if (--*open == 0) done(answers);
      });
  });
}

bool is_on(ports::DomainState state) {
  return state != ports::DomainState::kShutOff && state != ports::DomainState::kCrashed;
}

}  // namespace

Task<std::vector<Sighting>> search_elsewhere(World& world, ports::DomainId domain, std::string host) {
  std::vector<std::string> names;
  std::vector<std::string> uris;
  for (const system::Host* other : others(world.system, host)) {
    const auto uri = hypervisor_uri(world.system, *other);
    if (!uri) continue;
    names.push_back(other->name);
    uris.push_back(*uri);
  }
  const std::shared_ptr<Answers> answers =
      co_await ask_all(world.hypervisor, std::move(uris), std::move(domain));
  std::vector<Sighting> seen;
  for (size_t i = 0; i < names.size(); ++i)
    if ((*answers)[i] && is_on(*(*answers)[i])) seen.push_back({names[i], *(*answers)[i]});
  co_return seen;
}

}  // namespace attune::wrappers
