// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_watch.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/workflow/event.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_departure.h"
#include "wrappers/vm_domain.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

using Kind = ports::DomainEvent::Kind;
using system::Lifecycle;

namespace {

// How long after a call libvirt's word of what it did may still come.
constexpr Duration kEcho = std::chrono::seconds(2);

bool is_end(Kind kind) {
  return kind == Kind::kShutDown || kind == Kind::kCrashed || kind == Kind::kUndefined;
}

// `is_its_host`: it happened on the host that the system says the component is on.
bool is_expected(std::string_view operation, Kind kind, bool is_its_host) {
  if (operation == "start") return kind == Kind::kStarted || kind == Kind::kResumed;
  if (operation == "stop" || operation == "kill") return is_end(kind);
  if (operation == "suspend") return kind == Kind::kSuspended;
  if (operation == "resume") return kind == Kind::kResumed;
  if (operation == "migrate")
    return is_its_host ? kind == Kind::kMigratedIn || kind == Kind::kResumed
                       : kind == Kind::kMigratedAway || kind == Kind::kUndefined;
  return false;
}

bool should_run(const system::Component& component) {
  return component.lifecycle == Lifecycle::kStarted || component.lifecycle == Lifecycle::kStarting;
}

}  // namespace

VmWatch::~VmWatch() {
  over_.request_stop();
  for (const auto& [uri, host] : hosts_) world_.hypervisor.unwatch(uri);
}

void VmWatch::cover(system::ComponentId component, const ports::DomainId& domain, const system::Host& host) {
  components_[domain] = component;
  forget_old();
  const auto uri = hypervisor_uri(world_.system, host);
  if (!uri || !hosts_.emplace(*uri, host.name).second) return;
  world_.hypervisor.watch(*uri, [this, over = over()](const ports::DomainEvent& event) {
    if (!over.stop_requested()) happened(event);
  });
}

void VmWatch::begin(system::ComponentId component, std::string_view operation) {
  Work& work = busy_[component];
  ++work.calls;
  work.operation = operation;
  work.has_booted = false;
  work.to.clear();
  ++last_[component].begun;
  if (operation == "start") ending_.erase(component);
}

void VmWatch::heads_for(system::ComponentId component, const std::string& host) {
  if (const auto work = busy_.find(component); work != busy_.end()) work->second.to = host;
}

bool VmWatch::is_migrating(system::ComponentId component) const {
  const auto work = busy_.find(component);
  return work != busy_.end() && work->second.operation == "migrate";
}

std::string VmWatch::crowd_at(const system::Host& host, const system::Component& component) const {
  const bool is_placed = world_.system.host_of(component) == &host;
  int64_t needed = is_placed ? 0 : world_.system.memory_of(component).bytes;
  std::vector<std::string> names;
  for (const auto& [id, work] : busy_) {
    const system::Component* other = world_.system.find(id);
    if (other == nullptr || id == component.id || work.to != host.name) continue;
    needed += world_.system.memory_of(*other).bytes;
    names.push_back(other->name);
  }
  const auto free = world_.system.free_memory(host);
  if (names.empty() || !free || free->bytes >= needed) return {};
  return fmt::format("{} has no memory for {} beside what is on its way there: {}", host.name, component.name,
                     fmt::join(names, ", "));
}

uint64_t VmWatch::calls_begun(system::ComponentId component) const {
  const auto last = last_.find(component);
  return last == last_.end() ? 0 : last->second.begun;
}

void VmWatch::booted(system::ComponentId component) {
  if (const auto work = busy_.find(component); work != busy_.end()) work->second.has_booted = true;
}

void VmWatch::end(system::ComponentId component, std::string_view operation, bool has_worked) {
  if (--busy_[component].calls == 0) busy_.erase(component);
  Memory& last = last_[component];
  last.operation = operation;
  last.has_worked = has_worked;
  last.ended = world_.clock.now();
  if (has_worked) ending_.erase(component);
  forget_old();
}

void VmWatch::lost(system::ComponentId component, std::string_view operation) {
  if (operation == "migrate") doubt(component, true);
  if (operation == "stop" || operation == "kill") ending_.insert(component);
}

// Of components that are gone, and of calls whose echo must have come.
void VmWatch::forget_old() {
  if (last_.size() + components_.size() < forget_at_) return;
  const Instant now = world_.clock.now();
  std::erase_if(
      last_, [&](const auto& one) { return one.second.ended + kEcho <= now && !busy_.contains(one.first); });
  std::erase_if(components_, [&](const auto& one) { return world_.system.find(one.second) == nullptr; });
  std::erase_if(in_doubt_, [&](const auto& one) { return world_.system.find(one) == nullptr; });
  std::erase_if(ending_, [&](const auto& one) { return world_.system.find(one) == nullptr; });
  std::erase_if(astray_, [&](const auto& one) { return !in_doubt_.contains(one); });
  forget_at_ = std::max<size_t>(64, 2 * (last_.size() + components_.size()));
}

bool VmWatch::is_own_doing(const system::Component& component, const system::Host& host, Kind kind) const {
  // A crash is never ours, but what is killed may end so, and what is not booted yet has had another life
  // before; all else that happens while a call is at work is its outcome's to tell.
  if (const auto work = busy_.find(component.id); work != busy_.end()) {
    const auto& [calls, operation, has_booted, to] = work->second;
    return kind != Kind::kCrashed || operation == "kill" || (operation == "start" && !has_booted);
  }
  const auto last = last_.find(component.id);
  if (last == last_.end() || world_.clock.now() - last->second.ended >= kEcho) return false;
  const auto& [operation, has_worked, ended, begun] = last->second;
  // One that was asked to turn itself off may do so when nobody waits for it any more.
  if (operation == "stop" && !has_worked) return false;
  const system::Host* own = world_.system.host_of(component);
  return is_expected(operation, kind, own != nullptr && own->id == host.id);
}

void VmWatch::happened(const ports::DomainEvent& event) {
  const auto known = components_.find(event.domain);
  if (known == components_.end()) return;
  const system::Component* component = world_.system.find(known->second);
  const system::Host* host = world_.system.find_host(hosts_[event.uri]);
  if (component == nullptr || host == nullptr || is_own_doing(*component, *host, event.kind)) return;
  switch (event.kind) {
    case Kind::kStarted:
    case Kind::kResumed:
    case Kind::kMigratedIn:
      return came(*component, *host, event.kind);
    case Kind::kShutDown:
    case Kind::kCrashed:
      if (!may_be_of_older_life(component->id)) return ended(*component, *host, event.kind);
      return start<int>(ended_unless_it_runs(component->id, event.domain, host->name, event.kind),
                        [](int) {});
    case Kind::kMigratedAway:
    case Kind::kUndefined:
      return vanished(*component, *host, event.kind);
    case Kind::kSuspended:
      world_.log.info(fmt::format("{} was suspended on {}, not by Attune", component->name, host->name));
  }
}

void VmWatch::change(system::Change change, const system::Host& host) {
  if (world_.observed) world_.observed(std::move(change), "libvirt " + host.name);
}

void VmWatch::came(const system::Component& component, const system::Host& host, Kind kind) {
  const system::ComponentId id = component.id;
  const system::Host* before = world_.system.host_of(component);
  const std::string from = before == nullptr ? "" : before->name;
  const bool runs = should_run(component);
  // A migration takes it away from where it was. A start does not: there may be two now.
  if (from != host.name && runs && kind != Kind::kMigratedIn)
    start<int>(look_over(host.name), [](int) {});
  else if (from != host.name)
    found(id, from, host.name);
  else if (!runs)
    change(system::LifecycleChanged{id, Lifecycle::kStarted}, host);
}

void VmWatch::found(system::ComponentId id, const std::string& from, const std::string& to) {
  const system::Host* host = world_.system.find_host(to);
  const system::Component* component = world_.system.find(id);
  if (host == nullptr || component == nullptr) return;
  const std::string name = component->name;
  const bool runs = should_run(*component);
  const system::Host* last = world_.system.host_of(*component);
  if (in_doubt_.contains(id) && last != nullptr && last->id != host->id)
    tell_arrival(world_, vm_domain_id(world_, vm_domain_name(world_, *component)), last->name, to);
  doubt(id, false);
  change(system::HostAssigned{id, to}, *host);
  if (!runs) change(system::LifecycleChanged{id, Lifecycle::kStarted}, *host);
  world_.raise(workflow::kVmMoved, name, {{"from", from}, {"to", to}});
}

void VmWatch::follow(system::ComponentId id, const ports::DomainId& domain, const std::string& from,
                     const std::string& to) {
  const system::Component* component = world_.system.find(id);
  const system::Host* last = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (last == nullptr || last->name != from || busy_.contains(id)) return;
  if (const system::Host* now = world_.system.find_host(to)) cover(id, domain, *now);
  found(id, from, to);
}

// Libvirt's word of an end may come when it has been started anew.
bool VmWatch::may_be_of_older_life(system::ComponentId component) const {
  if (const auto work = busy_.find(component); work != busy_.end()) return work->second.operation == "start";
  const auto last = last_.find(component);
  return last != last_.end() && last->second.operation == "start" &&
         world_.clock.now() - last->second.ended < kEcho;
}

Task<int> VmWatch::ended_unless_it_runs(system::ComponentId id, ports::DomainId domain, std::string host_name,
                                        Kind kind) {
  const std::stop_token over = over_.get_token();
  const auto uri = hypervisor_uri(world_.system, host_name);
  if (!uri) co_return 0;
  const auto found = co_await world_.hypervisor.find(*uri, std::move(domain));
  if (over.stop_requested() || (found && is_on(found->state))) co_return 0;
  const system::Component* component = world_.system.find(id);
  const system::Host* host = world_.system.find_host(host_name);
  if (component == nullptr || host == nullptr || is_own_doing(*component, *host, kind)) co_return 0;
  if (found || found.error().code == ErrorCode::kNotFound) {
    ended(*component, *host, kind);
  } else if (world_.system.host_of(*component) == host && should_run(*component)) {
    leave_in_doubt(*component, *host, {host_name});
  }
  co_return 0;
}

void VmWatch::ended(const system::Component& component, const system::Host& host, Kind kind) {
  const system::Host* own = world_.system.host_of(component);
  if (own == nullptr || own->id != host.id || !should_run(component)) return;
  const bool crashed = kind == Kind::kCrashed;
  const std::string name = component.name;
  change(system::LifecycleChanged{component.id, crashed ? Lifecycle::kFailed : Lifecycle::kStopped}, host);
  world_.raise(crashed ? workflow::kVmCrashed : workflow::kVmStopped, name, {{"host", host.name}});
}

// It left this host for one that is perhaps not watched yet.
void VmWatch::vanished(const system::Component& component, const system::Host& host, Kind kind) {
  const system::Host* own = world_.system.host_of(component);
  if (own == nullptr || own->id != host.id || !should_run(component)) return;
  ports::DomainId domain;
  for (const auto& [known, id] : components_)
    if (id == component.id) domain = known;
  start<int>(look_for(component.id, domain, host.name, kind), [](int) {});
}

// Where only its definition has gone, it runs on.
Task<int> VmWatch::look_for(system::ComponentId id, ports::DomainId domain, std::string from, Kind kind) {
  const std::stop_token over = over_.get_token();
  const auto uri = hypervisor_uri(world_.system, from);
  if (!uri) co_return 0;
  const auto here = co_await world_.hypervisor.find(*uri, domain);
  if (over.stop_requested() || (here && is_on(here->state))) co_return 0;
  Search search = co_await search_.elsewhere(domain, from);
  if (!here && here.error().code != ErrorCode::kNotFound) search.silent.push_back(from);
  if (!over.stop_requested()) gone(id, domain, from, search, kind);
  co_return 0;
}

void VmWatch::gone(system::ComponentId id, const ports::DomainId& domain, const std::string& from,
                   const Search& search, Kind kind) {
  const system::Component* component = world_.system.find(id);
  const system::Host* last = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (last == nullptr || last->name != from || !should_run(*component) || busy_.contains(id)) return;
  if (!search.seen.empty()) return follow(id, domain, from, search.seen.front().host);
  const bool nobody_has_it = search.silent.empty() && search.off.empty();
  const bool is_astray = nobody_has_it && kind == Kind::kMigratedAway && search.defined.empty();
  if (nobody_has_it && !is_astray) return ended(*component, *last, Kind::kShutDown);
  if (is_astray) {
    const std::string name = component->name;
    in_doubt_.insert(id);
    astray_.insert(id);
    change(system::LifecycleChanged{id, Lifecycle::kLost}, *last);
    return world_.alert(astray_text(domain.name, name, from), name);
  }
  std::vector<std::string> silent = search.silent;
  // Whose own host was not heard has perhaps not left it.
  if (std::find(silent.begin(), silent.end(), from) == silent.end()) {
    distrust(world_, search.off, component->name, from);
    silent.insert(silent.end(), search.off.begin(), search.off.end());
  }
  leave_in_doubt(*component, *last, silent);
}

void VmWatch::leave_in_doubt(const system::Component& component, const system::Host& last,
                             const std::vector<std::string>& silent) {
  world_.log.warning(doubt_text(vm_domain_name(world_, component), silent));
  doubt(component.id, true);
  change(system::LifecycleChanged{component.id, Lifecycle::kLost}, last);
  for (const std::string& host : silent) look_over_later(host);
}

}  // namespace attune::wrappers
