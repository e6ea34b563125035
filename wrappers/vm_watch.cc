// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_watch.h"

#include <fmt/format.h>

#include "runtime/workflow/event.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_search.h"

namespace attune::wrappers {

using Kind = ports::DomainEvent::Kind;
using system::Lifecycle;

namespace {

// How long after a call libvirt's word of what it did may still come.
constexpr Duration kEcho = std::chrono::seconds(2);

// `is_its_host`: it happened on the host that the system says the component is on.
bool is_expected(std::string_view operation, Kind kind, bool is_its_host) {
  if (operation == "start") return kind == Kind::kStarted || kind == Kind::kResumed;
  if (operation == "stop" || operation == "kill") return kind == Kind::kShutDown || kind == Kind::kUndefined;
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
  *alive_ = false;
  for (const auto& [uri, host] : hosts_) world_.hypervisor.unwatch(uri);
}

void VmWatch::cover(system::ComponentId component, const ports::DomainId& domain, const system::Host& host) {
  components_[domain] = component;
  const auto uri = hypervisor_uri(world_.system, host);
  if (!uri || !hosts_.emplace(*uri, host.name).second) return;
  world_.hypervisor.watch(*uri, [this, alive = alive_](const ports::DomainEvent& event) {
    if (*alive) happened(event);
  });
}

void VmWatch::end(system::ComponentId component, std::string_view operation) {
  if (--busy_[component] == 0) busy_.erase(component);
  last_[component] = {std::string(operation), world_.clock.now()};
}

bool VmWatch::is_own_doing(const system::Component& component, const system::Host& host, Kind kind) const {
  // A crash is never ours; all else that happens while a call is at work is its outcome's to tell.
  if (kind != Kind::kCrashed && busy_.contains(component.id)) return true;
  const auto last = last_.find(component.id);
  const system::Host* own = world_.system.host_of(component);
  return last != last_.end() && world_.clock.now() - last->second.ended < kEcho &&
         is_expected(last->second.operation, kind, own != nullptr && own->id == host.id);
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
      return came(*component, *host);
    case Kind::kShutDown:
    case Kind::kCrashed:
      return ended(*component, *host, event.kind);
    case Kind::kMigratedAway:
    case Kind::kUndefined:
      return vanished(*component, *host);
    case Kind::kSuspended:
      world_.log.info(fmt::format("{} was suspended on {}, not by Attune", component->name, host->name));
  }
}

void VmWatch::change(system::Change change, const system::Host& host) {
  if (world_.observed) world_.observed(std::move(change), "libvirt " + host.name);
}

void VmWatch::came(const system::Component& component, const system::Host& host) {
  const system::ComponentId id = component.id;
  const system::Host* before = world_.system.host_of(component);
  const std::string from = before == nullptr ? "" : before->name;
  const bool runs = should_run(component);
  if (from != host.name)
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
  change(system::HostAssigned{id, to}, *host);
  if (!runs) change(system::LifecycleChanged{id, Lifecycle::kStarted}, *host);
  world_.raise(workflow::kVmMoved, name, {{"from", from}, {"to", to}});
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
void VmWatch::vanished(const system::Component& component, const system::Host& host) {
  const system::Host* own = world_.system.host_of(component);
  if (own == nullptr || own->id != host.id || !should_run(component)) return;
  ports::DomainId domain;
  for (const auto& [known, id] : components_)
    if (id == component.id) domain = known;
  start<std::vector<Sighting>>(
      search_elsewhere(world_, domain, host.name),
      [this, alive = alive_, id = component.id, domain, from = host.name](const std::vector<Sighting>& seen) {
        const system::Component* gone = *alive ? world_.system.find(id) : nullptr;
        const system::Host* last = gone == nullptr ? nullptr : world_.system.host_of(*gone);
        if (last == nullptr || last->name != from || !should_run(*gone) || busy_.contains(id)) return;
        if (seen.empty()) return ended(*gone, *last, Kind::kShutDown);
        if (const system::Host* now = world_.system.find_host(seen.front().host)) cover(id, domain, *now);
        found(id, from, seen.front().host);
      });
}

}  // namespace attune::wrappers
