// SPDX-License-Identifier: Apache-2.0
#include "tests/wrappers/vm_land.h"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "runtime/hypervisor/domain_xml.h"

namespace attune::wrappers {

namespace {

constexpr std::string_view kScheme = "test://";

std::string host_name(const std::string& uri) {
  return uri.substr(kScheme.size());
}

bool is_on(ports::DomainState state) {
  return state == ports::DomainState::kRunning || state == ports::DomainState::kPaused;
}

}  // namespace

// --- what somebody else does, and what is so ---

void VmLand::moves(const std::string& domain, const std::string& from, const std::string& to) {
  const State state = host(from).domains.at(domain);
  host(from).domains.erase(domain);
  host(to).domains[domain] = state;
  tell("test://" + to, domain, Event::kMigratedIn);
  tell("test://" + from, domain, Event::kMigratedAway);
}

void VmLand::becomes(const std::string& domain, const std::string& on, State state, Event event) {
  host(on).domains[domain] = state;
  tell("test://" + on, domain, event);
}

void VmLand::vanishes(const std::string& domain, const std::string& from, Event event) {
  host(from).domains.erase(domain);
  tell("test://" + from, domain, event);
}

void VmLand::release() {
  holds_lists = false;
  for (const auto& done : std::exchange(held_, {})) done(0);
}

std::string VmLand::whereabouts(const std::string& domain) const {
  std::string names;
  for (const auto& [uri, host] : hosts_) {
    const auto found = host.domains.find(domain);
    if (found == host.domains.end() || !is_on(found->second)) continue;
    names += (names.empty() ? "" : " ") + host_name(uri);
  }
  return names;
}

// --- how it goes ---

std::optional<Error> VmLand::trouble(const std::string& operation, const std::string& uri) {
  if (const auto fault = faults_.find(operation); fault != faults_.end())
    return std::move(faults_.extract(fault).mapped());
  if (hosts_[uri].answers) return std::nullopt;
  return Error{ErrorCode::kUnreachable, host_name(uri) + " does not answer"};
}

ports::DomainId VmLand::id_of(const std::string& uri, const std::string& name) {
  if (hosts_[uri].strangers.contains(name)) return {name, "11111111-2222-4333-8444-555555555555"};
  return {name, hypervisor::uuid_of("small", name)};
}

VmLand::State* VmLand::find_on(const std::string& uri, const ports::DomainId& domain) {
  const auto found = hosts_[uri].domains.find(domain.name);
  if (found == hosts_[uri].domains.end()) return nullptr;
  const bool is_it = domain.uuid.empty() || domain == id_of(uri, domain.name);
  return is_it ? &found->second : nullptr;
}

void VmLand::did(const std::string& operation, const std::string& domain, const std::string& uri) {
  deeds.push_back(fmt::format("{} {} on {}", operation, domain, host_name(uri)));
}

void VmLand::tell(const std::string& uri, const std::string& domain, Event event) {
  loop_.post([this, uri, domain, event] {
    if (hosts_[uri].watcher) hosts_[uri].watcher({uri, id_of(uri, domain), event});
  });
}

// Nothing answers at once.
Task<int> VmLand::turn() {
  co_return co_await Awaitable<int>([this](auto done) { loop_.post([done] { done(0); }); });
}

// Whether it lasted to the end, rather than being stopped.
Task<bool> VmLand::lasts(std::stop_token stop, Duration at_most) {
  std::unique_ptr<ports::Loop::Timer> timer;
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<bool>([&](std::function<void(bool)> done) {
    const auto once = std::make_shared<std::function<void(bool)>>(std::move(done));
    const auto end = [once](bool lasted) {
      if (*once) std::exchange(*once, nullptr)(lasted);
    };
    timer = loop_.after(at_most, [end] { end(true); });
    stopped.emplace(stop, std::function<void()>([this, end] { loop_.post([end] { end(false); }); }));
  });
}

// --- the port ---

Task<Result<std::vector<ports::Domain>>> VmLand::domains(std::string uri) {
  ++lists;
  co_await turn();
  if (auto error = trouble("domains", uri)) co_return fail(*error);
  std::vector<ports::Domain> all;
  for (const auto& [name, state] : hosts_[uri].domains)
    all.push_back({name, id_of(uri, name).uuid, state, true});
  const std::function<void(std::function<void(int)>)> hold = [this](std::function<void(int)> done) {
    held_.push_back(std::move(done));
  };
  if (holds_lists) co_await Awaitable<int>(hold);
  co_return all;
}

Task<Result<ports::Domain>> VmLand::find(std::string uri, ports::DomainId domain) {
  co_await turn();
  if (auto error = trouble("find", uri)) co_return fail(*error);
  const State* found = find_on(uri, domain);
  if (found == nullptr)
    co_return fail(ErrorCode::kNotFound, fmt::format("no domain {} on {}", domain.name, host_name(uri)));
  co_return ports::Domain{domain.name, domain.uuid, *found, true};
}

Task<Result<void>> VmLand::boot(std::string uri, std::string xml) {
  co_await turn();
  if (auto error = trouble("boot", uri)) co_return fail(*error);
  const auto id = hypervisor::id_in(xml);
  if (!id) co_return fail(id.error());
  const std::string* name = &id->name;
  Host& host = hosts_[uri];
  if (host.domains.contains(*name) && find_on(uri, *id) == nullptr)
    co_return fail(ErrorCode::kExists, fmt::format("{} has another domain {}", host_name(uri), *name));
  host.xml[*name] = std::move(xml);
  const auto [at, is_new] = host.domains.try_emplace(*name, State::kShutOff);
  if (!is_new && is_on(at->second)) co_return Result<void>();
  at->second = State::kRunning;
  did("boot", *name, uri);
  tell(uri, *name, Event::kStarted);
  co_return Result<void>();
}

Task<Result<void>> VmLand::set(std::string operation, std::string uri, ports::DomainId domain, State to,
                               Event event) {
  co_await turn();
  if (auto error = trouble(operation, uri)) co_return fail(*error);
  State* found = find_on(uri, domain);
  if (found == nullptr || *found == to) co_return Result<void>();
  *found = to;
  did(operation, domain.name, uri);
  tell(uri, domain.name, event);
  co_return Result<void>();
}

Task<Result<void>> VmLand::shut_down(std::string uri, ports::DomainId domain, Duration grace,
                                     std::stop_token stop) {
  if (guests_are_deaf) {
    const bool lasted = co_await lasts(stop, grace);
    if (!lasted) co_return fail(ErrorCode::kCancelled, "stopped while the guest shuts down");
    co_return co_await set("destroy", std::move(uri), std::move(domain), State::kShutOff, Event::kShutDown);
  }
  co_return co_await set("shut_down", std::move(uri), std::move(domain), State::kShutOff, Event::kShutDown);
}

Task<Result<void>> VmLand::destroy(std::string uri, ports::DomainId domain) {
  co_return co_await set("destroy", std::move(uri), std::move(domain), State::kShutOff, Event::kShutDown);
}

Task<Result<void>> VmLand::undefine(std::string uri, ports::DomainId domain) {
  co_await turn();
  if (auto error = trouble("undefine", uri)) co_return fail(*error);
  if (find_on(uri, domain) == nullptr) co_return Result<void>();
  hosts_[uri].domains.erase(domain.name);
  did("undefine", domain.name, uri);
  tell(uri, domain.name, Event::kUndefined);
  co_return Result<void>();
}

Task<Result<void>> VmLand::suspend(std::string uri, ports::DomainId domain) {
  co_return co_await set("suspend", std::move(uri), std::move(domain), State::kPaused, Event::kSuspended);
}

Task<Result<void>> VmLand::resume(std::string uri, ports::DomainId domain) {
  co_return co_await set("resume", std::move(uri), std::move(domain), State::kRunning, Event::kResumed);
}

Task<Result<void>> VmLand::check_migration(ports::MigrationRequest request) {
  co_await turn();
  if (auto error = trouble("check_migration", request.to_uri)) co_return fail(*error);
  const State* found = find_on(request.from_uri, request.domain);
  if (found == nullptr)
    co_return fail(ErrorCode::kNotFound,
                   fmt::format("no domain {} on {}", request.domain.name, host_name(request.from_uri)));
  if (!is_on(*found)) co_return fail(ErrorCode::kInvalid, request.domain.name + " does not run");
  if (hosts_[request.to_uri].domains.contains(request.domain.name))
    co_return fail(ErrorCode::kExists, host_name(request.to_uri) + " has a domain of that name already");
  co_return Result<void>();
}

Task<Result<ports::MigrationEnd>> VmLand::migrate(ports::MigrationRequest request, std::stop_token stop) {
  co_await turn();
  if (auto error = trouble("migrate", request.from_uri)) co_return fail(*error);
  if (request.on_progress) request.on_progress({128 << 20, 64 << 20, std::chrono::milliseconds(300), {}});
  ports::MigrationEnd end{migrations_end, {}, "", false, false};
  if (migrations_last && !co_await lasts(stop, std::chrono::hours(1))) {
    end = {Where::kSource, {}, "the migration was cancelled", true, false};
  } else if (end.where != Where::kTarget) {
    end.error = "the link was cut";
  }
  if (end.where == Where::kTarget) {
    end.figures = {128 << 20, 128 << 20, std::chrono::milliseconds(800), std::chrono::milliseconds(50)};
    did("migrate", request.domain.name, request.from_uri);
    moves(request.domain.name, host_name(request.from_uri), host_name(request.to_uri));
    tell(request.to_uri, request.domain.name, Event::kResumed);
    tell(request.from_uri, request.domain.name, Event::kUndefined);
  }
  if (end.where == Where::kUnknown)  // two copies, and neither goes on until this is settled
    hosts_[request.from_uri].domains[request.domain.name] =
        hosts_[request.to_uri].domains[request.domain.name] = State::kPaused;
  co_return end;
}

// The target's copy, where it has one, is the one that counts.
Task<Result<ports::MigrationEnd>> VmLand::settle(ports::MigrationRequest request) {
  co_await turn();
  ports::MigrationEnd end{Where::kUnknown, {}, "", false, false};
  Host& from = hosts_[request.from_uri];
  Host& to = hosts_[request.to_uri];  // none has the empty URI, of a target that is off: nothing is there
  if (!from.answers || !to.answers) co_return end;
  did("settle", request.domain.name, request.to_uri.empty() ? request.from_uri : request.to_uri);
  const bool arrived = find_on(request.to_uri, request.domain) != nullptr;
  Host& keeps = arrived ? to : from;
  Host& loses = arrived ? from : to;
  loses.domains.erase(request.domain.name);
  end.where = Where::kNowhere;
  if (const auto found = keeps.domains.find(request.domain.name); found != keeps.domains.end()) {
    found->second = State::kRunning;
    end.where = arrived ? Where::kTarget : Where::kSource;
  }
  co_return end;
}

Task<Result<std::vector<ports::GuestAddress>>> VmLand::addresses(std::string uri, ports::DomainId domain) {
  co_await turn();
  if (auto error = trouble("addresses", uri)) co_return fail(*error);
  std::vector<ports::GuestAddress> told;
  for (const std::string& address : hosts_[uri].addresses[domain.name])
    told.push_back({address, hosts_[uri].leases});
  co_return told;
}

Task<Result<ports::HostCapacity>> VmLand::capacity(std::string uri) {
  co_await turn();
  if (auto error = trouble("capacity", uri)) co_return fail(*error);
  co_return ports::HostCapacity{4, 8ULL << 30, 4ULL << 30, hosts_[uri].accelerated};
}

Task<Result<std::vector<ports::DirtyRate>>> VmLand::dirty_rates(std::string uri) {
  co_await turn();
  if (auto error = trouble("dirty_rates", uri)) co_return fail(*error);
  std::vector<ports::DirtyRate> rates;
  for (const auto& [name, rate] : hosts_[uri].dirty_rates) rates.push_back({id_of(uri, name), rate});
  co_return rates;
}

void VmLand::watch(std::string uri, std::function<void(const ports::DomainEvent&)> on_event) {
  hosts_[uri].watcher = std::move(on_event);
}

void VmLand::unwatch(const std::string& uri) {
  hosts_[uri].watcher = nullptr;
}

}  // namespace attune::wrappers
