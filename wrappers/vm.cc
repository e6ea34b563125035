// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/ports/pause.h"
#include "wrappers/grace.h"
#include "wrappers/hypervisor_access.h"
#include "wrappers/outcome.h"
#include "wrappers/vm_address.h"
#include "wrappers/vm_domain.h"
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
Task<std::optional<std::string>> learn_address(World& world, Site site, std::stop_token stop) {
  const Instant deadline = world.clock.now() + kAddressPatience;
  while (!stop.stop_requested() && world.clock.now() < deadline) {
    if (auto address = co_await ask_address(world, site.uri, site.domain)) co_return address;
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

Task<Result<void>> boot(World& world, system::ComponentId component, Site site, std::stop_token stop) {
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
  co_return co_await world.hypervisor.resume(site.uri, site.domain);  // one that was paused is started, too
}

// The definition is where the machine runs and nowhere else. What cannot be removed now is found when its
// host is looked over.
Task<int> forget_elsewhere(World& world, Site site, std::vector<std::string> hosts) {
  for (const std::string& host : hosts) {
    const auto uri = hypervisor_uri(world.system, host);
    if (!uri) continue;
    const auto removed = co_await world.hypervisor.undefine(*uri, site.domain);
    if (!removed)
      world.log.warning(fmt::format("the definition of {} on {} is left there: {}", site.domain.name, host,
                                    removed.error().message));
  }
  co_return 0;
}

Task<CallOutcome> start_vm(World& world, VmSearch& search, Call call, Site site, std::stop_token stop) {
  const auto now = co_await whereabouts_of(world, search, site, false);
  if (!now) co_return outcome_of_error(now.error());
  if (now->lifecycle == Lifecycle::kLost)
    co_return workflow::CallLost{doubt_text(site.domain.name, now->silent)};
  if (now->host != site.host) {
    co_return CallExited{0,
                         fmt::format("{} runs on {} already", site.domain.name, now->host),
                         {system::HostAssigned{call.component, now->host}}};
  }
  const Result<void> booted = co_await boot(world, call.component, site, stop);
  if (!booted) co_return outcome_of_error(booted.error());
  co_await forget_elsewhere(world, site, now->defined);
  CallExited exited;
  const system::Component* component = world.system.find(call.component);
  if (component == nullptr || !learns_address(world, *component)) co_return exited;
  auto address = co_await learn_address(world, site, stop);
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

Task<CallOutcome> stop_vm(World& world, Call call, Site site, std::stop_token stop) {
  const Result<void> off = co_await world.hypervisor.shut_down(
      site.uri, site.domain, stop_grace(world.system, call, kDefaultGrace), stop);
  if (!off) co_return outcome_of_error(off.error());
  co_return outcome_of_result(co_await world.hypervisor.undefine(site.uri, site.domain));
}

Task<CallOutcome> kill_vm(World& world, Site site) {
  const Result<void> off = co_await world.hypervisor.destroy(site.uri, site.domain);
  if (!off) co_return outcome_of_error(off.error());
  co_return outcome_of_result(co_await world.hypervisor.undefine(site.uri, site.domain));
}

std::string state_text(const Site& site, const std::string& host, DomainState state) {
  return fmt::format("{} is {} on {}", site.domain.name, name_of(state), host);
}

// --- migration ---

std::string progress_text(const ports::MigrationProgress& now) {
  constexpr uint64_t kMiB = 1024 * 1024;
  return fmt::format("{} of {} MiB", now.done_bytes / kMiB, now.total_bytes / kMiB);
}

std::string arrival_text(const Site& from, const std::string& to, const ports::MigrationProgress& figures) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  return fmt::format("{} moved from {} to {} in {} ms, stopped for {} ms", from.domain.name, from.host, to,
                     duration_cast<milliseconds>(figures.elapsed).count(),
                     duration_cast<milliseconds>(figures.guest_stopped).count());
}

// It ran, and now it does so on neither side.
CallOutcome gone(const Call& call, const ports::MigrationEnd& end) {
  return CallExited{1, end.error, {system::LifecycleChanged{call.component, Lifecycle::kFailed}}};
}

CallOutcome outcome_of_migration(const Call& call, const Site& from, const std::string& to,
                                 const ports::MigrationEnd& end) {
  using Where = ports::MigrationEnd::Where;
  if (end.where == Where::kTarget)
    return CallExited{0, arrival_text(from, to, end.figures), {system::HostAssigned{call.component, to}}};
  if (end.where == Where::kUnknown) return workflow::CallLost{end.error};
  if (end.where == Where::kNowhere) return gone(call, end);
  if (end.timed_out) return workflow::CallTimedOut{};
  if (end.cancelled) return workflow::CallCancelled{};
  return failed(end.error, 1);
}

// A check that finds no running domain on the source: somebody may have moved it there before us.
Task<bool> is_there_already(World& world, std::string uri, ports::DomainId domain) {
  const auto found = co_await world.hypervisor.find(std::move(uri), std::move(domain));
  co_return found && (found->state == DomainState::kRunning || found->state == DomainState::kPaused);
}

Task<CallOutcome> migrate_vm(World& world, Call call, Site from, std::string to, std::string to_uri,
                             std::stop_token stop) {
  ports::MigrationRequest request{.domain = from.domain, .from_uri = from.uri, .to_uri = to_uri};
  request.on_progress = [&world, id = call.id](const ports::MigrationProgress& now) {
    if (world.progress) world.progress(id, progress_text(now));
  };
  const Result<void> possible = co_await world.hypervisor.check_migration(request);
  if (!possible) {
    const ErrorCode code = possible.error().code;
    const bool is_gone = code == ErrorCode::kNotFound || code == ErrorCode::kInvalid;
    if (is_gone && co_await is_there_already(world, to_uri, from.domain))
      co_return CallExited{0,
                           fmt::format("{} runs on {} already", from.domain.name, to),
                           {system::HostAssigned{call.component, to}}};
    co_return outcome_of_error(possible.error());
  }
  const auto end = co_await world.hypervisor.migrate(request, stop);
  if (!end) co_return outcome_of_error(end.error());
  co_return outcome_of_migration(call, from, to, *end);
}

Result<Site> site_of(const World& world, ports::DomainId domain, const system::Host* host) {
  if (host == nullptr)
    return fail(ErrorCode::kInvalid, fmt::format("{} has no host yet: assign one first", domain.name));
  auto uri = hypervisor_uri(world.system, *host);
  if (!uri) return fail(uri.error());
  return Site{std::move(domain), host->name, *std::move(uri)};
}

}  // namespace

// What may run on a host that does not answer is neither started here nor stopped by not being found here.
Task<std::optional<CallOutcome>> Vm::doubt(Call call, Site site) {
  if (!watch_.is_in_doubt(call.component)) co_return std::nullopt;
  const auto now = co_await whereabouts_of(world_, search_, site, true);
  if (!now) co_return outcome_of_error(now.error());
  if (now->lifecycle == Lifecycle::kLost)
    co_return workflow::CallLost{doubt_text(site.domain.name, now->silent)};
  watch_.doubt(call.component, false);
  co_return std::nullopt;
}

// Where its host does not have it, somebody may have moved it while libvirt's word did not come through. One
// that was to run is not said to be off as long as a host that could have it is silent.
Task<CallOutcome> Vm::status(Call call, Site site) {
  const auto found = co_await world_.hypervisor.find(site.uri, site.domain);
  if (!found && found.error().code != ErrorCode::kNotFound)
    co_return workflow::CallLost{found.error().message};
  const std::string said = found ? state_text(site, site.host, found->state) : found.error().message;
  if (found && is_on(found->state)) co_return succeeded(said);
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr || !system::may_run(component->lifecycle)) co_return failed(said, kNotRunning);
  const Search others = co_await search_.elsewhere(site.domain, site.host);
  if (!others.seen.empty()) {
    const auto& [host, state] = others.seen.front();
    watch_.follow(call.component, site.domain, site.host, host);
    co_return succeeded(state_text(site, host, state));
  }
  // It is defined where it ran last, and nowhere else.
  if (found || others.silent.empty()) co_return failed(said, kNotRunning);
  const std::string doubt = doubt_text(site.domain.name, others.silent);
  if (!watch_.is_in_doubt(call.component)) world_.log.warning(doubt);
  watch_.doubt(call.component, true);
  co_return workflow::CallLost{doubt};
}

Task<CallOutcome> Vm::carry_out(Call call, std::string uri, std::stop_token stop) {
  const Site site{domain_of(world_, call), call.host, std::move(uri)};
  if (call.operation == "start" || call.operation == "stop" || call.operation == "kill") {
    if (auto doubtful = co_await doubt(call, site)) co_return *std::move(doubtful);
  }
  if (call.operation == "start")
    co_return co_await start_vm(world_, search_, std::move(call), site, std::move(stop));
  if (call.operation == "stop") co_return co_await stop_vm(world_, std::move(call), site, std::move(stop));
  if (call.operation == "kill") co_return co_await kill_vm(world_, site);
  if (call.operation == "status") co_return co_await status(std::move(call), site);
  if (call.operation == "suspend")
    co_return outcome_of_result(co_await world_.hypervisor.suspend(site.uri, site.domain));
  if (call.operation == "resume")
    co_return outcome_of_result(co_await world_.hypervisor.resume(site.uri, site.domain));
  if (call.operation != "migrate")
    co_return failed(fmt::format("key VM has no operation '{}'", call.operation));

  if (call.arguments.size() < 2 || call.arguments[1].empty())
    co_return failed(fmt::format("{}: migrate needs the host to go to", site.domain.name));
  const std::string to = call.arguments[1];
  const system::Host* target = world_.system.find_host(to);
  if (target == nullptr)
    co_return failed(fmt::format("there is no host '{}' to migrate {} to", to, site.domain.name));
  if (to == site.host) co_return succeeded(fmt::format("{} is on {} already", site.domain.name, to));
  const auto to_uri = hypervisor_uri(world_.system, *target);
  if (!to_uri) co_return failed(to_uri.error().message);
  watch_.cover(call.component, site.domain, *target);
  co_return co_await migrate_vm(world_, std::move(call), site, to, *to_uri, std::move(stop));
}

Task<CallOutcome> Vm::invoke(Call call, std::stop_token stop) {
  const system::Host* host = world_.system.find_host(call.host);
  const auto site = site_of(world_, domain_of(world_, call), host);
  if (!site) co_return failed(site.error().message);
  watch_.cover(call.component, site->domain, *host);
  const system::ComponentId component = call.component;
  const std::string operation = call.operation;
  const bool only_asks = operation == "status";  // what happens meanwhile is not its doing
  if (!only_asks) watch_.begin(component);
  CallOutcome outcome = co_await carry_out(std::move(call), site->uri, std::move(stop));
  if (!only_asks) watch_.end(component, operation);
  co_return outcome;
}

Task<Result<Lifecycle>> Vm::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  const system::Host* host = world_.system.host_of(*component);
  const auto site = site_of(world_, vm_domain_id(world_, vm_domain_name(world_, *component)), host);
  if (!site) co_return fail(site.error());
  watch_.cover(id, site->domain, *host);
  const bool may_run =
      component->lifecycle == Lifecycle::kStarted || component->lifecycle == Lifecycle::kLost;
  const auto over = watch_.over();  // nobody awaits an adoption when the manager ends
  const auto now = co_await whereabouts_of(world_, search_, *site, may_run || watch_.is_in_doubt(id));
  if (over.stop_requested()) co_return fail(ErrorCode::kCancelled, "the manager ends");
  if (!now) co_return fail(now.error());
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
