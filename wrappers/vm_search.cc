// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_search.h"

#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "wrappers/hypervisor_access.h"

namespace attune::wrappers {

namespace {

using Answers = std::vector<std::optional<Result<ports::Domain>>>;  // nothing: it was not asked

struct Asked {
  std::string host;
  std::string uri;  // empty: it is down
};

std::vector<Asked> others(const system::System& system, const std::string& name) {
  const system::Host* own = system.find_host(name);
  std::vector<Asked> hosts;
  if (own == nullptr || own->vm != system::kNoComponent) return hosts;
  for (const system::Host* host : system.hosts(system.project().families[own->family].name)) {
    if (host->id == own->id || host->state == system::HostState::kOff) continue;
    const auto uri = hypervisor_uri(system, *host);
    if (uri) hosts.push_back({host->name, host->state == system::HostState::kDown ? "" : *uri});
  }
  return hosts;
}

// Asks all at once and goes on when the last has answered.
Awaitable<std::shared_ptr<Answers>> ask_all(ports::Hypervisor& hypervisor, std::vector<Asked> hosts,
                                            ports::DomainId domain) {
  return Awaitable<std::shared_ptr<Answers>>(
      [&hypervisor, hosts = std::move(hosts),
       domain = std::move(domain)](std::function<void(std::shared_ptr<Answers>)> done) {
        const auto answers = std::make_shared<Answers>(hosts.size());
        const auto open = std::make_shared<size_t>(1);
        const auto answered = [=] {
          if (--*open == 0) done(answers);
        };
        for (size_t i = 0; i < hosts.size(); ++i) {
          if (hosts[i].uri.empty()) continue;
          ++*open;
          start<Result<ports::Domain>>(hypervisor.find(hosts[i].uri, domain),
                                       [=](const Result<ports::Domain>& found) {
                                         (*answers)[i] = found;
                                         answered();
                                       });
        }
        answered();
      });
}

}  // namespace

bool is_on(ports::DomainState state) {
  return state != ports::DomainState::kShutOff && state != ports::DomainState::kCrashed;
}

Task<Search> search_elsewhere(World& world, ports::DomainId domain, std::string host) {
  const std::vector<Asked> hosts = others(world.system, host);
  const std::shared_ptr<Answers> answers = co_await ask_all(world.hypervisor, hosts, std::move(domain));
  Search search;
  for (size_t i = 0; i < hosts.size(); ++i) {
    const auto& answer = (*answers)[i];
    if (answer && *answer) {
      if (is_on((*answer)->state)) search.seen.push_back({hosts[i].host, (*answer)->state});
    } else if (!answer || answer->error().code != ErrorCode::kNotFound) {
      search.silent.push_back(hosts[i].host);
    }
  }
  co_return search;
}

std::string doubt_text(const std::string& name, const std::vector<std::string>& silent) {
  return fmt::format(
      "{} may run on {}, which {} not answer: wait, or make sure that it is off and say so: "
      "attune off {}",
      name, fmt::join(silent, ", "), silent.size() == 1 ? "does" : "do", silent.front());
}

}  // namespace attune::wrappers
