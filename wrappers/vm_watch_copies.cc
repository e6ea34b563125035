// SPDX-License-Identifier: Apache-2.0
// A host answers: second copies of machines there, and machines of which nobody knew whether they run.
#include "wrappers/vm_watch.h"

#include <fmt/format.h>

#include "runtime/ports/pause.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/stub_call.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/vm_domain.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

using system::Lifecycle;

namespace {

// How often and how long a host's libvirtd is waited for once the host is back.
constexpr int kLooks = 24;
constexpr Duration kLookAgain = std::chrono::seconds(5);
constexpr Duration kLookSeldom = std::chrono::minutes(1);

bool is_up(const system::System& system, const std::string& name) {
  const system::Host* host = system.find_host(name);
  return host != nullptr && host->state == system::HostState::kUp;
}

// The component, or what it contains.
void add_lost(const system::System& system, const system::Component& component,
              std::set<system::ComponentId>& all) {
  if (component.lifecycle == Lifecycle::kLost && start_key_of(system, component) == system::kVmKey)
    all.insert(component.id);
  for (const system::Component* content : system.contents(component)) add_lost(system, *content, all);
}

}  // namespace

void VmWatch::doubt(system::ComponentId component, bool is_in_doubt) {
  if (is_in_doubt)
    in_doubt_.insert(component);
  else
    in_doubt_.erase(component);
  if (is_in_doubt) return;
  astray_.erase(component);
  ending_.erase(component);
}

bool VmWatch::is_unsure(system::ComponentId id) const {
  const system::Component* component = world_.system.find(id);
  return in_doubt_.contains(id) || (component != nullptr && component->lifecycle == Lifecycle::kLost);
}

// Of what is lost only its own host is asked for, unless another one is known to matter: there may be many.
std::set<system::ComponentId> VmWatch::unsure_at(const std::string& host_name) const {
  std::set<system::ComponentId> all = in_doubt_;
  const system::Host* host = world_.system.find_host(host_name);
  if (host == nullptr) return all;
  for (const system::Component* component : world_.system.components_on(*host))
    add_lost(world_.system, *component, all);
  return all;
}

// A host that has just booted answers before its libvirtd does.
Task<int> VmWatch::look_over(std::string host) {
  const std::stop_token over = over_.get_token();
  auto copies = co_await find_copies(world_, host);
  for (int again = 0; !copies; ++again) {
    if (over.stop_requested() || !is_up(world_.system, host)) co_return 0;
    if (again >= kLooks && unsure_at(host).empty()) co_return 0;
    if (!co_await pause_for(world_.loop, again < kLooks ? kLookAgain : kLookSeldom, over)) co_return 0;
    copies = co_await find_copies(world_, host);
  }
  if (over.stop_requested() || !copies) co_return 0;
  for (const Copy& copy : *copies) saw(copy, host);
  for (const system::ComponentId id : unsure_at(host))
    if (!over.stop_requested()) co_await resolve(id);
  for (int again = 0; again < kLooks && !over.stop_requested(); ++again) {
    const bool is_clean = copies && co_await forget_all(*copies, host);
    if (is_clean || over.stop_requested() || !co_await pause_for(world_.loop, kLookAgain, over)) co_return 0;
    copies = co_await find_copies(world_, host);
  }
  co_return 0;
}

void VmWatch::look_over_later(const std::string& host) {
  if (is_up(world_.system, host) && looked_over_later_.insert(host).second)
    start<int>(look_over_in_a_while(host), [](int) {});
}

Task<int> VmWatch::look_over_in_a_while(std::string host) {
  const bool is_time = co_await pause_for(world_.loop, kLookAgain, over_.get_token());
  if (!is_time) co_return 0;
  looked_over_later_.erase(host);
  co_return co_await look_over(host);
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
  const Site site{vm_domain_id(world_, vm_domain_name(world_, *component)), own->name, *uri,
                  silence_of(*own)};
  const auto now = co_await whereabouts_of(world_, search_, site, true);
  if (over.stop_requested() || !now || !is_unsure(id) || busy_.contains(id)) co_return 0;
  component = world_.system.find(id);
  own = component == nullptr ? nullptr : world_.system.host_of(*component);
  if (own == nullptr || own->name != site.host) co_return 0;
  if (now->lifecycle == Lifecycle::kLost) doubt(id, true);
  for (const std::string& silent : now->silent)
    if (now->lifecycle == Lifecycle::kLost) look_over_later(silent);
  if (now->lifecycle == Lifecycle::kLost || (now->is_gone && is_astray(id))) co_return 0;
  resolved(id, site, *now);
  co_return 0;
}

// That it has ended is no news where it was meant to.
void VmWatch::resolved(system::ComponentId id, const Site& was, const Whereabouts& now) {
  const system::Component* component = world_.system.find(id);
  const system::Host* host = world_.system.find_host(was.host);
  if (component == nullptr || host == nullptr) return;
  const bool was_meant = now.lifecycle == Lifecycle::kStopped && ending_.contains(id);
  doubt(id, false);
  const std::string name = component->name;
  if (now.host != was.host) return found(id, was.host, now.host);
  const std::string source = was_meant ? fmt::format("{}.{}", name, workflow::kStop) : "libvirt " + was.host;
  if (world_.observed) world_.observed(system::LifecycleChanged{id, now.lifecycle}, source);
  if (now.lifecycle == Lifecycle::kStopped && !was_meant)
    world_.raise(workflow::kVmStopped, name, {{"host", was.host}});
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
