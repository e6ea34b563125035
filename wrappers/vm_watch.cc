// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_watch.h"

#include <fmt/format.h>

#include "runtime/ports/pause.h"
#include "runtime/workflow/event.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_domain.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

using Kind = ports::DomainEvent::Kind;
using system::Lifecycle;

namespace {

// How long after a call libvirt's word of what it did may still come.
constexpr Duration kEcho = std::chrono::seconds(2);

// How often and how long a host's libvirtd is waited for once the host is back.
constexpr int kLooks = 24;
constexpr Duration kLookAgain = std::chrono::seconds(5);

bool is_up(const system::System& system, const std::string& name) {
  const system::Host* host = system.find_host(name);
  return host != nullptr && host->state == system::HostState::kUp;
}

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
  over_.request_stop();
  for (const auto& [uri, host] : hosts_) world_.hypervisor.unwatch(uri);
}

void VmWatch::cover(system::ComponentId component, const ports::DomainId& domain, const system::Host& host) {
  components_[domain] = component;
  const auto uri = hypervisor_uri(world_.system, host);
  if (!uri || !hosts_.emplace(*uri, host.name).second) return;
  world_.hypervisor.watch(*uri, [this, over = over()](const ports::DomainEvent& event) {
    if (!over.stop_requested()) happened(event);
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
      return came(*component, *host, event.kind);
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
  in_doubt_.erase(id);
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
  start<Search>(search_.elsewhere(domain, host.name),
                [this, over = over(), id = component.id, domain, from = host.name](const Search& search) {
                  if (!over.stop_requested()) gone(id, domain, from, search);
                });
}

void VmWatch::gone(system::ComponentId id, const ports::DomainId& domain, const std::string& from,
                   const Search& search) {
  const system::Component* component = world_.system.find(id);
  const system::Host* last = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (last == nullptr || last->name != from || !should_run(*component) || busy_.contains(id)) return;
  if (!search.seen.empty()) return follow(id, domain, from, search.seen.front().host);
  if (search.silent.empty()) return ended(*component, *last, Kind::kShutDown);
  in_doubt_.insert(id);
  world_.log.warning(doubt_text(domain.name, search.silent));
  change(system::LifecycleChanged{id, Lifecycle::kLost}, *last);
}

// --- a second copy ---

void VmWatch::doubt(system::ComponentId component, bool is_in_doubt) {
  if (is_in_doubt)
    in_doubt_.insert(component);
  else
    in_doubt_.erase(component);
}

// A host that has just booted answers before its libvirtd does.
Task<int> VmWatch::look_over(std::string host) {
  const std::stop_token over = over_.get_token();
  auto copies = co_await find_copies(world_, host);
  for (int again = 0; !copies && again < kLooks; ++again) {
    if (over.stop_requested() || !is_up(world_.system, host)) co_return 0;
    if (!co_await pause_for(world_.loop, kLookAgain, over)) co_return 0;
    copies = co_await find_copies(world_, host);
  }
  if (over.stop_requested() || !copies) co_return 0;
  for (const Copy& copy : *copies) saw(copy, host);
  const std::set<system::ComponentId> doubtful = in_doubt_;
  for (const system::ComponentId id : doubtful)
    if (!over.stop_requested()) co_await resolve(id);
  for (int again = 0; again < kLooks && !over.stop_requested(); ++again) {
    const bool is_clean = copies && co_await forget_all(*copies, host);
    if (is_clean || over.stop_requested() || !co_await pause_for(world_.loop, kLookAgain, over)) co_return 0;
    copies = co_await find_copies(world_, host);
  }
  co_return 0;
}

// Whether none is left that could not be removed yet.
Task<bool> VmWatch::forget_all(std::vector<Copy> copies, std::string host) {
  const std::stop_token over = over_.get_token();
  bool is_clean = true;
  for (size_t i = 0; i < copies.size() && !over.stop_requested(); ++i) {
    const bool is_persons = is_on(copies[i].here) && (copies[i].here != ports::DomainState::kPaused ||
                                                      copies[i].there != Copy::There::kRunning);
    if (is_persons) continue;
    const bool is_gone = co_await forget(copies[i], host);
    is_clean = is_clean && is_gone;
  }
  co_return is_clean;
}

// A mere definition, or what a migration has left paused, unless its own host is silent, a call is at work,
// or it has gone elsewhere since.
Task<bool> VmWatch::forget(Copy copy, std::string host_name) {
  const system::Component* component = world_.system.find(copy.component);
  const system::Host* own = component == nullptr ? nullptr : world_.system.host_of(*component);
  const auto uri = hypervisor_uri(world_.system, host_name);
  if (own == nullptr || own->name == host_name || !uri) co_return true;
  const bool may_be_needed = busy_.contains(copy.component) || in_doubt_.contains(copy.component);
  if (may_be_needed || own->name != copy.own || copy.there == Copy::There::kSilent) co_return false;
  if (is_on(copy.here)) {
    const auto own_uri = hypervisor_uri(world_.system, *own);
    if (!own_uri) co_return true;
    world_.log.warning(
        fmt::format("{} still has {} paused, which runs on {}: what a migration left is removed", host_name,
                    component->name, copy.own));
    ports::MigrationRequest request{.domain = copy.domain, .from_uri = *uri, .to_uri = *own_uri};
    request.has_arrived = true;
    co_return (co_await world_.hypervisor.settle(std::move(request))).has_value();
  }
  world_.log.warning(fmt::format("{} still had a definition of {}, which is on {}: it is removed", host_name,
                                 component->name, copy.own));
  const auto removed = co_await world_.hypervisor.undefine(*uri, copy.domain);
  co_return removed.has_value();
}

// One more host answers: perhaps it was the one that was missing.
Task<int> VmWatch::resolve(system::ComponentId id) {
  const std::stop_token over = over_.get_token();
  const system::Component* component = world_.system.find(id);
  const system::Host* own = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (own == nullptr || busy_.contains(id)) co_return 0;
  const auto uri = hypervisor_uri(world_.system, *own);
  if (!uri) co_return 0;
  const Site site{vm_domain_id(world_, vm_domain_name(world_, *component)), own->name, *uri};
  const auto now = co_await whereabouts_of(world_, search_, site, true);
  if (over.stop_requested() || !now || now->lifecycle == Lifecycle::kLost || !in_doubt_.contains(id))
    co_return 0;
  component = world_.system.find(id);
  own = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (own == nullptr || own->name != site.host || busy_.contains(id)) co_return 0;
  in_doubt_.erase(id);
  const std::string name = component->name;
  if (now->host != site.host) {
    found(id, site.host, now->host);
  } else {
    change(system::LifecycleChanged{id, now->lifecycle}, *own);
    if (now->lifecycle == Lifecycle::kStopped)
      world_.raise(workflow::kVmStopped, name, {{"host", site.host}});
  }
  co_return 0;
}

void VmWatch::saw(const Copy& copy, const std::string& host_name) {
  const system::Component* component = world_.system.find(copy.component);
  const system::Host* own = component == nullptr ? nullptr : world_.system.host_of(*component);
  const system::Host* host = world_.system.find_host(host_name);
  // A call is at work, or it has gone elsewhere since.
  if (own == nullptr || host == nullptr || own->name != copy.own || busy_.contains(copy.component)) return;
  const std::string name = component->name;
  const std::string remedy = fmt::format(
      "nothing was touched: end the one that is not wanted by hand (virsh destroy {})", copy.domain.name);
  // Paused it is a migration's, or a person's who will know.
  if (copy.here != ports::DomainState::kRunning) return;
  switch (copy.there) {
    case Copy::There::kRunning:
    case Copy::There::kPaused:
      return world_.alert(fmt::format("{} runs on {} and on {}; {}", name, copy.own, host_name, remedy),
                          name);
    case Copy::There::kSilent:
      return world_.alert(fmt::format("{} runs on {}, and perhaps on {} as well, which does not answer; {}",
                                      name, host_name, copy.own, remedy),
                          name);
    case Copy::There::kNot:
      cover(copy.component, copy.domain, *host);
      return found(copy.component, copy.own, host_name);
  }
}

}  // namespace attune::wrappers
