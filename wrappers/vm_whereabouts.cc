// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_whereabouts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "wrappers/hypervisor_access.h"

namespace attune::wrappers {

namespace {

using ports::DomainState;
using system::Lifecycle;
using Where = ports::MigrationEnd::Where;

// The other hosts of the family that are not known to be off, those first that do not answer.
std::vector<std::string> possible_targets(const World& world, const std::string& own,
                                          const std::vector<std::string>& silent) {
  std::vector<std::string> names = silent;
  const system::Host* host = world.system.find_host(own);
  for (const system::Host* other : world.system.hosts(world.system.project().families[host->family].name)) {
    const bool is_asked = std::find(silent.begin(), silent.end(), other->name) != silent.end();
    if (other->id != host->id && other->state != system::HostState::kOff && !is_asked)
      names.push_back(other->name);
  }
  return names;
}

// What a migration that broke off left behind: asks its source and each host that may have been its target.
// One of which nobody can tell leaves it open; those come first, before the source goes on by the word of one
// that was not the target at all.
Task<Whereabouts> settle(World& world, Site own, std::vector<std::string> targets, size_t silent) {
  if (targets.empty()) {  // whoever could be the target is off
    const ports::MigrationRequest request{.domain = own.domain, .from_uri = own.uri};
    const auto end = co_await world.hypervisor.settle(request);
    const bool goes_on = end && end->where == Where::kSource;
    co_return Whereabouts{goes_on ? Lifecycle::kStarted : Lifecycle::kLost, own.host, {own.host}, {}};
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    const std::string& name = targets[i];
    const auto uri = hypervisor_uri(world.system, name);
    if (!uri) continue;
    ports::MigrationRequest request{.domain = own.domain, .from_uri = own.uri, .to_uri = *uri};
    const auto end = co_await world.hypervisor.settle(request);
    if (!end || end->where == Where::kUnknown) co_return Whereabouts{Lifecycle::kLost, own.host, {name}, {}};
    if (end->where == Where::kTarget) co_return Whereabouts{Lifecycle::kStarted, name, {}, {}};
    if (end->where == Where::kNowhere) co_return Whereabouts{Lifecycle::kStopped, own.host, {}, {}};
    if (i >= silent) break;
  }
  co_return Whereabouts{Lifecycle::kStarted, own.host, {}, {}};
}

std::string several_text(const Site& own, const std::vector<Sighting>& seen) {
  std::vector<std::string> hosts;
  for (const Sighting& one : seen) hosts.push_back(one.host);
  return fmt::format("{} runs on {}: end all but one by hand (virsh destroy)", own.domain.name,
                     fmt::join(hosts, " and on "));
}

}  // namespace

Task<Result<Whereabouts>> whereabouts_of(World& world, VmSearch& search, Site own, bool may_run) {
  const auto found = co_await world.hypervisor.find(own.uri, own.domain);
  if (found && found->state == DomainState::kRunning)
    co_return Whereabouts{Lifecycle::kStarted, own.host, {}, {}};
  const Search others = co_await search.elsewhere(own.domain, own.host);
  const auto& seen = others.seen;
  if (seen.size() > 1) co_return fail(ErrorCode::kExists, several_text(own, seen));
  const bool is_paused = found && found->state == DomainState::kPaused;
  if (is_paused || (!seen.empty() && seen.front().state == DomainState::kPaused)) {
    std::vector<std::string> targets = possible_targets(world, own.host, others.silent);
    if (!seen.empty()) targets.assign(1, seen.front().host);
    co_return co_await settle(world, own, std::move(targets), seen.empty() ? others.silent.size() : 0);
  }
  if (!seen.empty()) co_return Whereabouts{Lifecycle::kStarted, seen.front().host, {}, {}};
  if (!found && found.error().code != ErrorCode::kNotFound) co_return fail(found.error());
  // It is defined where it ran last, and nowhere else.
  if (!found && may_run && !others.silent.empty())
    co_return Whereabouts{Lifecycle::kLost, own.host, others.silent, {}};
  co_return Whereabouts{Lifecycle::kStopped, own.host, {}, others.defined};
}

}  // namespace attune::wrappers
