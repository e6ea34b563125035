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
// that was not the target at all. So that this does not happen later either, nothing is begun while several
// are silent.
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

// What its own host says.
Task<Result<ports::Domain>> find_at_home(World& world, Site own) {
  if (!own.silence.empty()) co_return fail(ErrorCode::kUnreachable, own.silence);
  co_return co_await world.hypervisor.find(own.uri, own.domain);
}

}  // namespace

std::string silence_of(const system::Host& host) {
  if (host.state == system::HostState::kDown)
    return fmt::format(
        "{0} is down, it does not answer: wait until it is back, or make sure that it is off and say so: "
        "attune off {0}",
        host.name);
  // What it had may be had elsewhere, so nothing begins to run there before it is known to answer again.
  if (host.state == system::HostState::kOff)
    return fmt::format("{} is said to be off: nothing is done there before it answers again", host.name);
  return {};
}

void tell_arrival(World& world, const ports::DomainId& domain, const std::string& from,
                  const std::string& to) {
  const auto from_uri = hypervisor_uri(world.system, from);
  const auto to_uri = hypervisor_uri(world.system, to);
  if (!from_uri || !to_uri) return;
  ports::MigrationRequest request{.domain = domain, .from_uri = *from_uri, .to_uri = *to_uri};
  request.has_arrived = true;
  start<Result<ports::MigrationEnd>>(world.hypervisor.settle(std::move(request)), [](const auto&) {});
}

Task<Result<Whereabouts>> whereabouts_of(World& world, VmSearch& search, Site own, bool may_run) {
  const std::stop_token over = search.over();
  const auto found = co_await find_at_home(world, own);
  if (over.stop_requested()) co_return fail(ErrorCode::kCancelled, "the manager ends");
  if (found && found->state == DomainState::kRunning)
    co_return Whereabouts{Lifecycle::kStarted, own.host, {}, {}};
  const Search others = co_await search.elsewhere(own.domain, own.host);
  if (over.stop_requested()) co_return fail(ErrorCode::kCancelled, "the manager ends");
  const auto& seen = others.seen;
  if (seen.size() > 1) co_return fail(ErrorCode::kExists, several_text(own, seen));
  const bool is_paused = found && found->state == DomainState::kPaused;
  if (is_paused || (!seen.empty() && seen.front().state == DomainState::kPaused)) {
    std::vector<std::string> targets = possible_targets(world, own.host, others.silent);
    if (!seen.empty()) targets.assign(1, seen.front().host);
    if (seen.empty() && others.silent.size() > 1)
      co_return Whereabouts{Lifecycle::kLost, own.host, others.silent, {}, false, {}};
    co_return co_await settle(world, own, std::move(targets), seen.empty() ? others.silent.size() : 0);
  }
  if (!seen.empty()) {
    tell_arrival(world, own.domain, own.host, seen.front().host);
    co_return Whereabouts{Lifecycle::kStarted, seen.front().host, {}, {}};
  }
  if (!found && found.error().code != ErrorCode::kNotFound) co_return fail(found.error());
  // It is defined where it ran last, and nowhere else.
  if (!found && may_run && !others.silent.empty())
    co_return Whereabouts{Lifecycle::kLost, own.host, others.silent, {}, false, others.off};
  const bool is_gone = !found && others.defined.empty();
  co_return Whereabouts{Lifecycle::kStopped, own.host, others.silent,
                        others.defined,      is_gone,  found ? std::vector<std::string>{} : others.off};
}

}  // namespace attune::wrappers
