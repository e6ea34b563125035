// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/ports/pause.h"
#include "runtime/workflow/stub_call.h"
#include "wrappers/grace.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/outcome.h"
#include "wrappers/vm_address.h"
#include "wrappers/vm_departure.h"
#include "wrappers/vm_domain.h"
#include "wrappers/vm_migration.h"
#include "wrappers/vm_search.h"
#include "wrappers/vm_whereabouts.h"

namespace attune::wrappers {

namespace {

using ports::DomainState;
using system::Lifecycle;
using workflow::Call;
using workflow::CallExited;
using workflow::CallOutcome;

constexpr Duration kDefaultGrace = std::chrono::seconds(10);
constexpr Duration kAddressPatience = std::chrono::seconds(20);
constexpr Duration kAddressLook = std::chrono::milliseconds(500);
constexpr int kNotRunning = 3;  // what status says of a VM that is off, as systemctl's does of a service

CallOutcome outcome_of_result(const Result<void>& result) {
  return result ? succeeded() : outcome_of_error(result.error());
}

ports::DomainId domain_of(const World& world, const Call& call) {
  return vm_domain_id(world, call.arguments.empty() ? call.component_name : call.arguments[0]);
}

// --- start ---

// Asks for the guest's address until it is known, it is no longer wanted, or it has taken too long.
Task<std::optional<std::string>> learn_address(World& world, system::ComponentId vm, Site site,
                                               std::stop_token stop) {
  const Instant deadline = world.clock.now() + kAddressPatience;
  while (!stop.stop_requested() && world.clock.now() < deadline) {
    if (auto address = co_await ask_address(world, vm, site.uri, site.domain)) co_return address;
    co_await pause_for(world.loop, kAddressLook, stop);
  }
  co_return std::nullopt;
}

// That is its call's to tell as long as there is one.
Task<bool> has_ended(World& world, Site site) {
  const auto found = co_await world.hypervisor.find(site.uri, site.domain);
  if (!found) co_return found.error().code == ErrorCode::kNotFound;
  co_return !is_on(found->state);
}

Task<Result<void>> boot(World& world, VmWatch& watch, system::ComponentId component, Site site,
                        std::stop_token stop) {
  bool accelerated = false;
  if (leaves_virtualization_open(world, component)) {
    const auto capacity = co_await world.hypervisor.capacity(site.uri);
    if (!capacity) co_return fail(capacity.error());
    accelerated = capacity->accelerated;
  }
  const auto xml = vm_domain_xml(world, component, site.domain.name, accelerated);
  if (!xml) co_return fail(xml.error());
  if (stop.stop_requested()) co_return fail(ErrorCode::kCancelled, "cancelled before it was booted");
  const Result<void> booted = co_await world.hypervisor.boot(site.uri, *xml);
  if (!booted) co_return booted;
  watch.booted(component);
  co_return co_await world.hypervisor.resume(site.uri, site.domain);  // one that was paused is started, too
}

// The definition is where the machine runs and nowhere else. What cannot be removed now is found when its
// host is looked over.
Task<int> forget_elsewhere(World& world, VmWatch& watch, Site site, std::vector<std::string> hosts) {
  for (const std::string& host : hosts) {
    const auto uri = hypervisor_uri(world.system, host);
    if (!uri) continue;
    const auto removed = co_await world.hypervisor.undefine(*uri, site.domain);
    if (removed) continue;
    world.log.warning(fmt::format("the definition of {} on {} is left there: {}", site.domain.name, host,
                                  removed.error().message));
    watch.look_over_later(host);
  }
  co_return 0;
}

// What was refused for lack of room is known to run nowhere, whatever it was taken for before.
CallOutcome outcome_of_boot(const Call& call, const Error& error) {
  if (error.code != ErrorCode::kNoSpace) return outcome_of_error(error);
  return CallExited{kNotRun, error.message, {system::LifecycleChanged{call.component, Lifecycle::kStopped}}};
}

Task<CallOutcome> start_vm(World& world, VmSearch& search, VmWatch& watch, Call call, Site site,
                           std::stop_token stop) {
  const auto now = co_await whereabouts_of(world, search, site, false);
  if (!now) co_return outcome_of_error(now.error());
  if (now->lifecycle == Lifecycle::kLost)
    co_return workflow::CallLost{doubt_text(site.domain.name, now->silent)};
  if (now->host != site.host) {
    co_return CallExited{0,
                         fmt::format("{} runs on {} already", site.domain.name, now->host),
                         {system::HostAssigned{call.component, now->host}}};
  }
  const system::Host* host = world.system.find_host(site.host);  // as it is by now
  if (host != nullptr && !silence_of(*host).empty()) co_return failed(silence_of(*host));
  const system::Component* as_now = world.system.find(call.component);
  std::string crowd = host == nullptr || as_now == nullptr ? "" : watch.crowd_at(*host, *as_now);
  if (!crowd.empty()) co_return outcome_of_boot(call, Error(ErrorCode::kNoSpace, std::move(crowd)));
  const Result<void> booted = co_await boot(world, watch, call.component, site, stop);
  if (!booted) co_return outcome_of_boot(call, booted.error());
  co_await forget_elsewhere(world, watch, site, now->defined);
  for (const std::string& silent : now->silent) watch.look_over_later(silent);
  CallExited exited;
  const system::Component* component = world.system.find(call.component);
  if (component == nullptr || !learns_address(world, *component)) co_return exited;
  auto address = co_await learn_address(world, call.component, site, stop);
  if (!address && co_await has_ended(world, site))
    co_return failed(fmt::format("{} ended before its address was known", site.domain.name), 1);
  component = world.system.find(call.component);
  if (component == nullptr) co_return exited;
  if (address) {
    exited.changes = {address_learnt(world, *component, *std::move(address))};
  } else if (wants_address(world, *component)) {
    exited.message = fmt::format("{} runs; its address is not known yet", site.domain.name);
  }
  co_return exited;
}

// --- the end ---

// It does not run any more, whatever its stub is called and whatever became of its definition. Of a stop that
// has worked the engine knows.
CallOutcome outcome_of_end(const Call& call, const Site& site, const Result<void>& undefined) {
  if (!undefined && undefined.error().code == ErrorCode::kLost) return outcome_of_error(undefined.error());
  CallExited exited;
  if (!undefined || call.stub != workflow::kStop)
    exited.changes = {system::LifecycleChanged{call.component, Lifecycle::kStopped}};
  if (undefined) return exited;
  exited.code = 1;
  exited.message = fmt::format("{} is off, and its definition is left on {}: {}", site.domain.name, site.host,
                               undefined.error().message);
  return exited;
}

Task<CallOutcome> stop_vm(World& world, Call call, Site site, std::stop_token stop) {
  const Result<void> off = co_await world.hypervisor.shut_down(
      site.uri, site.domain, stop_grace(world.system, call, kDefaultGrace), stop);
  if (!off) co_return outcome_of_error(off.error());
  const Result<void> undefined = co_await world.hypervisor.undefine(site.uri, site.domain);
  co_return outcome_of_end(call, site, undefined);
}

Task<CallOutcome> kill_vm(World& world, Call call, Site site) {
  const Result<void> off = co_await world.hypervisor.destroy(site.uri, site.domain);
  if (!off) co_return outcome_of_error(off.error());
  const Result<void> undefined = co_await world.hypervisor.undefine(site.uri, site.domain);
  co_return outcome_of_end(call, site, undefined);
}

std::string state_text(const Site& site, const std::string& host, DomainState state) {
  return fmt::format("{} is {} on {}", site.domain.name, name_of(state), host);
}

Result<Site> site_of(const World& world, ports::DomainId domain, const system::Host* host) {
  if (host == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("{} has no host yet: assign one first", domain.name));
  auto uri = hypervisor_uri(world.system, *host);
  if (!uri) return fail(uri.error());
  return Site{std::move(domain), host->name, *std::move(uri), silence_of(*host)};
}

bool is_of_what_runs(std::string_view operation) {
  return operation == "migrate" || operation == "resume";
}

CallOutcome refused_in_doubt(const Site& site, std::string_view why) {
  return failed(fmt::format("it is not known whether {} runs: {}", site.domain.name, why));
}

}  // namespace

bool Vm::is_to_be_made_sure(const Call& call) const {
  const std::string& does = call.operation;
  if (does == "start" || does == "stop" || does == "kill") return watch_.is_in_doubt(call.component);
  return is_of_what_runs(does) && watch_.is_unsure(call.component);
}

// What may run on a host that does not answer is neither started here nor stopped by not being found here,
// nor said to be on a host where nobody knows whether it runs; nor does a copy go on that is kept paused
// while another may run.
Task<std::variant<Site, CallOutcome>> Vm::make_sure(Call call, Site site) {
  if (!is_to_be_made_sure(call)) co_return site;
  const bool must_run = is_of_what_runs(call.operation);
  const auto now = co_await whereabouts_of(world_, search_, site, true);
  if (!now && (!must_run || now.error().code == ErrorCode::kCancelled))
    co_return outcome_of_error(now.error());
  if (!now) co_return refused_in_doubt(site, now.error().message);
  std::string doubt;
  if (now->lifecycle == Lifecycle::kLost) doubt = doubt_text(site.domain.name, now->silent);
  if (now->is_gone && watch_.is_astray(call.component) && (must_run || call.operation == "start"))
    doubt = astray_text(site.domain.name, call.component_name, site.host);
  if (!doubt.empty() && must_run) co_return refused_in_doubt(site, doubt);
  if (!doubt.empty()) co_return workflow::CallLost{std::move(doubt)};
  if (must_run) {
    watch_.resolved(call.component, site, *now);
  } else {
    watch_.doubt(call.component, false);
  }
  if (must_run && now->lifecycle == Lifecycle::kStopped)
    co_return failed(fmt::format("{} does not run: start it first", site.domain.name));
  if (now->host == site.host || call.operation == "start") co_return site;
  const system::Host* host = world_.system.find_host(now->host);
  auto found = site_of(world_, site.domain, host);
  if (!found) co_return failed(found.error().message);
  watch_.cover(call.component, site.domain, *host);
  if (!must_run && world_.observed)
    world_.observed(system::HostAssigned{call.component, now->host}, "libvirt " + now->host);
  co_return *std::move(found);
}

// Where its host does not have it, somebody may have moved it while libvirt's word did not come through. One
// that was to run is not said to be off as long as a host that could have it is silent.
Task<CallOutcome> Vm::status(Call call, Site site) {
  const uint64_t calls = watch_.calls_begun(call.component);
  const auto found = co_await world_.hypervisor.find(site.uri, site.domain);
  if (!found && found.error().code != ErrorCode::kNotFound)
    co_return workflow::CallLost{found.error().message};
  const std::string said = found ? state_text(site, site.host, found->state) : found.error().message;
  if (found && is_on(found->state)) co_return succeeded(said);
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr || !system::may_run(component->lifecycle)) co_return failed(said, kNotRunning);
  const bool ran_there = component->lifecycle == Lifecycle::kStarted;
  const Search others = co_await search_.elsewhere(site.domain, site.host);
  if (watch_.calls_begun(call.component) != calls)
    co_return failed(fmt::format("{} was called while its hosts were asked", site.domain.name));
  if (!others.seen.empty()) {
    const auto& [host, state] = others.seen.front();
    watch_.follow(call.component, site.domain, site.host, host);
    co_return succeeded(state_text(site, host, state));
  }
  // It is defined where it ran last, and nowhere else.
  if (found) co_return failed(said, kNotRunning);
  std::vector<std::string> silent = others.silent;
  if (ran_there && !watch_.is_in_doubt(call.component)) {  // who is off by now was switched off since
    distrust(world_, others.off, call.component_name, site.host);
    silent.insert(silent.end(), others.off.begin(), others.off.end());
  }
  if (silent.empty() && watch_.is_astray(call.component))
    co_return workflow::CallLost{astray_text(site.domain.name, call.component_name, site.host)};
  if (silent.empty()) co_return failed(said, kNotRunning);
  const std::string doubt = doubt_text(site.domain.name, silent);
  if (!watch_.is_in_doubt(call.component)) world_.log.warning(doubt);
  watch_.doubt(call.component, true);
  co_return workflow::CallLost{doubt};
}

Task<CallOutcome> Vm::migrate(Call call, Site from, std::stop_token stop) {
  if (call.arguments.size() < 2 || call.arguments[1].empty())
    co_return failed(fmt::format("{}: migrate needs the host to go to", from.domain.name));
  const std::string to = call.arguments[1];
  const system::Host* target = world_.system.find_host(to);
  if (target == nullptr)
    co_return failed(fmt::format("there is no host '{}' to migrate {} to", to, from.domain.name));
  if (to == from.host) co_return succeeded(fmt::format("{} is on {} already", from.domain.name, to));
  const auto to_uri = hypervisor_uri(world_.system, *target);
  if (!to_uri) co_return failed(to_uri.error().message);
  if (std::string silence = silence_of(*target); !silence.empty()) co_return failed(std::move(silence));
  const system::Component* component = world_.system.find(call.component);
  std::string crowd = component == nullptr ? "" : watch_.crowd_at(*target, *component);
  if (!crowd.empty()) co_return failed(std::move(crowd));
  watch_.heads_for(call.component, to);
  watch_.cover(call.component, from.domain, *target);
  co_return co_await migrate_vm(world_, std::move(call), from, to, *to_uri, std::move(stop));
}

Task<CallOutcome> Vm::carry_out(Call call, Site site, std::stop_token stop) {
  const std::variant<Site, CallOutcome> sure = co_await make_sure(call, std::move(site));
  if (const auto* end = std::get_if<CallOutcome>(&sure)) co_return *end;
  const Site& at = std::get<Site>(sure);
  const std::string& does = call.operation;
  if (does == "start") co_return co_await start_vm(world_, search_, watch_, call, at, std::move(stop));
  if (!at.silence.empty()) co_return failed(at.silence);
  if (does == "stop") co_return co_await stop_vm(world_, call, at, std::move(stop));
  if (does == "kill") co_return co_await kill_vm(world_, call, at);
  if (does == "status") co_return co_await status(call, at);
  if (does == "migrate") co_return co_await migrate(call, at, std::move(stop));
  if (does == "suspend") co_return outcome_of_result(co_await world_.hypervisor.suspend(at.uri, at.domain));
  if (does == "resume") co_return outcome_of_result(co_await world_.hypervisor.resume(at.uri, at.domain));
  co_return failed(fmt::format("key VM has no operation '{}'", does));
}

Task<CallOutcome> Vm::invoke(Call call, std::stop_token stop) {
  const system::Host* host = world_.system.find_host(call.host);
  const auto site = site_of(world_, domain_of(world_, call), host);
  if (!site) co_return failed(site.error().message);
  watch_.cover(call.component, site->domain, *host);
  const system::ComponentId component = call.component;
  const std::string operation = call.operation;
  const bool only_asks = operation == "status";  // what happens meanwhile is not its doing
  std::vector<std::string> hosts{site->host};
  if (operation == "migrate" && call.arguments.size() > 1) hosts.push_back(call.arguments[1]);
  if (!only_asks) watch_.begin(component, operation);
  CallOutcome outcome = co_await carry_out(std::move(call), *site, std::move(stop));
  const bool is_lost = std::holds_alternative<workflow::CallLost>(outcome);
  if (!only_asks) watch_.end(component, operation, workflow::is_success(outcome));
  if (!only_asks && is_lost) watch_.lost(component, operation);
  if (!is_lost && !watch_.is_unsure(component)) co_return outcome;
  // It may have been found elsewhere on the way; and who had given the call up does not hear its end.
  const system::Component* now = world_.system.find(component);
  const system::Host* at = now == nullptr ? nullptr : world_.system.host_of(*now);
  if (at != nullptr) hosts.push_back(at->name);
  for (const std::string& each : hosts) watch_.look_over_later(each);
  co_return outcome;
}

Task<Result<Lifecycle>> Vm::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  const system::Host* host = world_.system.host_of(*component);
  auto site = site_of(world_, vm_domain_id(world_, vm_domain_name(world_, *component)), host);
  if (!site) co_return fail(site.error());
  site->silence.clear();  // the manager before may have had it for down
  watch_.cover(id, site->domain, *host);
  const std::string name = component->name;
  const bool ran_there = component->lifecycle == Lifecycle::kStarted;
  const bool may_run = ran_there || component->lifecycle == Lifecycle::kLost;
  const auto over = watch_.over();  // nobody awaits an adoption when the manager ends
  auto now = co_await whereabouts_of(world_, search_, *site, may_run || watch_.is_in_doubt(id));
  if (over.stop_requested()) co_return fail(ErrorCode::kCancelled, "the manager ends");
  if (!now) {
    const bool may_have_left = (may_run && !ran_there) || watch_.is_migrating(id);
    const bool may_be_elsewhere = may_have_left && now.error().code != ErrorCode::kExists;
    if (may_be_elsewhere) watch_.doubt(id, true);
    co_return fail(now.error());
  }
  if (now->is_gone && watch_.is_astray(id)) co_return Lifecycle::kLost;
  if (ran_there && !now->off.empty() && !watch_.is_in_doubt(id)) {
    distrust(world_, now->off, name, site->host);
    now->lifecycle = Lifecycle::kLost;
    now->silent.insert(now->silent.end(), now->off.begin(), now->off.end());
  }
  const bool is_lost = now->lifecycle == Lifecycle::kLost;
  watch_.doubt(id, is_lost);
  if (is_lost) world_.log.warning(doubt_text(site->domain.name, now->silent));
  if (now->host != site->host) {
    watch_.cover(id, site->domain, *world_.system.find_host(now->host));
    if (world_.observed) world_.observed(system::HostAssigned{id, now->host}, "libvirt " + now->host);
  }
  co_return now->lifecycle;
}

Task<int> Vm::look_over(std::string host) {
  return watch_.look_over(std::move(host));
}

bool Vm::has_come_about(const Call& call) const {
  const system::Component* component = world_.system.find(call.component);
  const system::Host* host = component == nullptr ? nullptr : world_.system.host_of(*component);
  return host != nullptr && call.operation == "migrate" && call.arguments.size() > 1 &&
         host->name == call.arguments[1];
}

}  // namespace attune::wrappers
