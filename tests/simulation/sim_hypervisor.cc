// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_hypervisor.h"

#include <utility>

#include <fmt/format.h>

#include "runtime/hypervisor/domain_xml.h"
#include "runtime/ports/pause.h"

namespace attune::simulation {

using Event = ports::DomainEvent::Kind;
using State = ports::DomainState;
using hypervisor::Act;
using hypervisor::Side;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr std::string_view kScheme = "sim://";
constexpr Duration kLook = milliseconds(500);
constexpr Duration kSettlePatience = seconds(10);
constexpr Duration kSettleLater = seconds(5);

bool is_on(const SimDomain& domain) {
  return domain.state == State::kRunning || domain.state == State::kPaused;
}

tl::unexpected<Error> not_there(const SimHost& host, const ports::DomainId& domain) {
  return fail(ErrorCode::kNotFound, fmt::format("no domain {} on {}", domain.name, host.name));
}

tl::unexpected<Error> no_room(const SimHost& host) {
  return fail(ErrorCode::kNoSpace, host.name + " has too little free memory");
}

// What one of settlement's acts does to a side.
void act_on(SimWorld& world, HostIndex host, const ports::DomainId& id, Act act) {
  SimDomain* domain = world.find(host, id);
  if (domain == nullptr) return;
  switch (act) {
    case Act::kPauseSource:
      world.set(host, id, State::kPaused, Event::kSuspended);
      domain->by_migration = true;
      return;
    case Act::kResumeSource:
    case Act::kResumeTarget:
      domain->is_persistent = true;
      return world.set(host, id, State::kRunning, Event::kResumed);
    case Act::kDestroySource:
    case Act::kDestroyTarget:
      return world.set(host, id, State::kShutOff, Event::kShutDown);
    case Act::kUndefineSource:
    case Act::kUndefineTarget:
      return world.remove(host, id, Event::kUndefined);
  }
}

}  // namespace

HostIndex SimHypervisor::host_of(const std::string& uri) const {
  return session_->world().find_host(std::string_view(uri).substr(kScheme.size())).value();
}

// --- asking ---

Task<Result<std::vector<ports::Domain>>> SimHypervisor::domains(std::string uri) {
  const HostIndex host = host_of(uri);
  const std::function<Result<std::vector<ports::Domain>>()> effect = [&world = session_->world(), host] {
    std::vector<ports::Domain> all;
    for (const auto& [uuid, domain] : world.host(host).domains)
      all.push_back({domain.id.name, uuid, domain.state, true});
    return Result<std::vector<ports::Domain>>(std::move(all));
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<ports::Domain>> SimHypervisor::find(std::string uri, ports::DomainId domain) {
  const HostIndex host = host_of(uri);
  const std::function<Result<ports::Domain>()> effect = [&world = session_->world(), host,
                                                         domain]() -> Result<ports::Domain> {
    const SimDomain* found = world.find(host, domain);
    if (found == nullptr) return not_there(world.host(host), domain);
    return ports::Domain{domain.name, domain.uuid, found->state, true};
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<std::vector<ports::GuestAddress>>> SimHypervisor::addresses(std::string, ports::DomainId) {
  co_return std::vector<ports::GuestAddress>{};
}

Task<Result<ports::HostCapacity>> SimHypervisor::capacity(std::string uri) {
  const HostIndex host = host_of(uri);
  const std::function<Result<ports::HostCapacity>()> effect = [&world = session_->world(), host] {
    const uint64_t memory = world.host(host).memory;
    return Result<ports::HostCapacity>(
        ports::HostCapacity{16, memory, memory - world.memory_in_use(host), true});
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<std::vector<ports::DirtyRate>>> SimHypervisor::dirty_rates(std::string) {
  co_return std::vector<ports::DirtyRate>{};
}

// --- doing ---

Task<Result<void>> SimHypervisor::boot(std::string uri, std::string xml) {
  const HostIndex host = host_of(uri);
  const auto id = hypervisor::id_in(xml);
  if (!id) co_return fail(id.error());
  deed_("boot", id->uuid);
  claims_.take(*id);
  const std::function<Result<void>()> effect = [&world = session_->world(), host,
                                                id = *id]() -> Result<void> {
    SimDomain* found = world.find(host, id);
    if (found != nullptr && is_on(*found)) return {};
    if (!world.has_room(host)) {
      world.host(host).domains[id.uuid].id = id;  // it is only defined
      return no_room(world.host(host));
    }
    world.set(host, id, State::kRunning, Event::kStarted);
    return {};
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<void>> SimHypervisor::shut_down(std::string uri, ports::DomainId domain, Duration grace,
                                            std::stop_token stop) {
  const HostIndex host = host_of(uri);
  const auto session = session_;
  deed_("shut_down", domain.uuid);
  const std::function<Result<bool>()> look = [&world = session->world(), host, domain]() -> Result<bool> {
    const SimDomain* found = world.find(host, domain);
    return found == nullptr || !is_on(*found);
  };
  const std::function<Result<bool>()> request = [&world = session->world(), host, domain, look]() {
    SimHost& where = world.host(host);
    if (where.guests_are_deaf || *look()) return look();
    world.time().later(where.dice.between(seconds(1), seconds(5)), [&world, host, domain] {
      const SimDomain* guest = world.find(host, domain);
      if (guest != nullptr && guest->state == State::kRunning && !guest->is_busy)
        world.set(host, domain, State::kShutOff, Event::kShutDown);
    });
    return look();
  };
  const Instant deadline = session->loop().now() + grace;
  Result<bool> off = co_await session->ask(host, request);
  while (off && !*off && session->loop().now() < deadline) {
    if (stop.stop_requested()) co_return fail(ErrorCode::kCancelled, "nobody waits for it now");
    co_await ports::pause_for(session->loop(), kLook, stop);
    off = co_await session->ask(host, look);
  }
  if (!off) co_return fail(off.error());
  if (*off) co_return Result<void>{};
  co_return co_await destroy(std::move(uri), std::move(domain));
}

Task<Result<void>> SimHypervisor::destroy(std::string uri, ports::DomainId domain) {
  const HostIndex host = host_of(uri);
  deed_("destroy", domain.uuid);
  const std::function<Result<void>()> effect = [&world = session_->world(), host, domain]() -> Result<void> {
    if (world.find(host, domain) != nullptr) world.set(host, domain, State::kShutOff, Event::kShutDown);
    return {};
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<void>> SimHypervisor::undefine(std::string uri, ports::DomainId domain) {
  const HostIndex host = host_of(uri);
  const std::function<Result<void>()> effect = [&world = session_->world(), host, domain]() -> Result<void> {
    const SimDomain* found = world.find(host, domain);
    if (found != nullptr && !is_on(*found)) world.remove(host, domain, Event::kUndefined);
    return {};
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<void>> SimHypervisor::suspend(std::string uri, ports::DomainId domain) {
  const HostIndex host = host_of(uri);
  deed_("suspend", domain.uuid);
  const std::function<Result<void>()> effect = [&world = session_->world(), host, domain]() -> Result<void> {
    const SimDomain* found = world.find(host, domain);
    if (found == nullptr) return not_there(world.host(host), domain);
    if (found->state != State::kRunning || found->is_busy) return fail(ErrorCode::kFailed, "it does not run");
    world.set(host, domain, State::kPaused, Event::kSuspended);
    return {};
  };
  co_return co_await session_->ask(host, effect);
}

Task<Result<void>> SimHypervisor::resume(std::string uri, ports::DomainId domain) {
  const HostIndex host = host_of(uri);
  deed_("resume", domain.uuid);
  const std::function<Result<void>()> effect = [&world = session_->world(), host, domain]() -> Result<void> {
    const SimDomain* found = world.find(host, domain);
    if (found == nullptr) return not_there(world.host(host), domain);
    if (found->state == State::kRunning) return {};
    if (found->state != State::kPaused || found->is_busy) return fail(ErrorCode::kFailed, "it is not paused");
    world.set(host, domain, State::kRunning, Event::kResumed);
    return {};
  };
  co_return co_await session_->ask(host, effect);
}

// --- migration ---

Task<Result<void>> SimHypervisor::check_migration(ports::MigrationRequest request) {
  const HostIndex from = host_of(request.from_uri), to = host_of(request.to_uri);
  SimWorld& world = session_->world();
  const auto& id = request.domain;
  const std::function<Result<void>()> source = [&world, from, id]() -> Result<void> {
    const SimDomain* found = world.find(from, id);
    if (found == nullptr) return not_there(world.host(from), id);
    if (!is_on(*found)) return fail(ErrorCode::kInvalid, id.name + " does not run");
    return {};
  };
  const std::function<Result<void>()> target = [&world, to, id]() -> Result<void> {
    if (world.find(to, id) != nullptr)
      return fail(ErrorCode::kExists, world.host(to).name + " has a domain of that name already");
    return world.has_room(to) ? Result<void>{} : no_room(world.host(to));
  };
  const auto session = session_;
  const Result<void> there = co_await session->ask(from, source);
  if (!there) co_return there;
  co_return co_await session->ask(to, target);
}

// Kept paused, or left behind, until both sides have answered.
struct SimHypervisor::Case {
  ports::DomainId domain;
  HostIndex from = 0, to = 0;
  std::shared_ptr<const hypervisor::Claim> claim{};
  hypervisor::Doubt doubt = hypervisor::Doubt::kNone;
  bool target_is_off = false;
  Where known = Where::kUnknown;
  bool is_open = true;
};

Task<SimMigration::End> SimHypervisor::move(ports::MigrationRequest request, std::stop_token stop) {
  using End = SimMigration::End;
  const auto session = session_;
  const HostIndex from = host_of(request.from_uri), to = host_of(request.to_uri);
  std::optional<std::stop_callback<std::function<void()>>> cancelled;
  co_return co_await Awaitable<End>([&](std::function<void(End)> done) {
    const uint64_t id = session->await([done](const Error&) { done(End::kBroken); });
    const MigrationId migration = session->world().migrate(
        session, from, to, request.domain,
        [session, id, done](End end) { session->answer(id, [done, end] { done(end); }); });
    cancelled.emplace(stop, std::function<void()>([session, migration] {
                        session->loop().post([session, migration] { session->world().cancel(migration); });
                      }));
  });
}

Task<Result<ports::MigrationEnd>> SimHypervisor::migrate(ports::MigrationRequest request,
                                                         std::stop_token stop) {
  using End = SimMigration::End;
  const auto session = session_;
  SimWorld& world = session->world();
  const HostIndex from = host_of(request.from_uri), to = host_of(request.to_uri);
  const auto of = std::make_shared<Case>(Case{request.domain, from, to});
  if (stop.stop_requested()) co_return fail(ErrorCode::kCancelled, "cancelled before it began");
  deed_("migrate", request.domain.uuid);
  const std::function<Result<void>()> begin = [&world, of]() -> Result<void> {
    const SimDomain* source = world.find(of->from, of->domain);
    if (source == nullptr) return not_there(world.host(of->from), of->domain);
    if (source->state != State::kRunning || source->is_busy)
      return fail(ErrorCode::kFailed, of->domain.name + " does not run, or is being migrated");
    if (!world.host(of->to).answers()) return fail(ErrorCode::kUnreachable, "the target does not answer");
    if (world.find(of->to, of->domain) != nullptr) return fail(ErrorCode::kExists, "it is there already");
    return {};
  };
  const Result<void> begun = co_await session->ask(from, begin);
  if (!begun) co_return fail(begun.error());
  if (!session->is_alive() || !begin()) co_return fail(ErrorCode::kFailed, "it did not begin");
  of->claim = claims_.take(request.domain);
  const End end = co_await move(request, stop);
  if (end == End::kArrived) co_return ports::MigrationEnd{.where = Where::kTarget};
  if (end == End::kBroken) of->doubt = hypervisor::Doubt::kTargetMayRun;
  const Where where = co_await settle_within(session, of);
  ports::MigrationEnd result{.where = where};
  result.cancelled = end == End::kCancelled && where == Where::kSource;
  if (where != Where::kTarget) result.error = "the migration was broken off";
  co_return result;
}

Task<Result<ports::MigrationEnd>> SimHypervisor::settle(ports::MigrationRequest request) {
  const auto session = session_;
  const HostIndex from = host_of(request.from_uri);
  const auto of = std::make_shared<Case>(Case{request.domain, from, from});
  of->target_is_off = request.to_uri.empty();
  of->claim = claims_.take(request.domain);
  if (request.has_arrived) of->known = Where::kTarget;
  if (!of->target_is_off) of->to = host_of(request.to_uri);
  const Where where = co_await settle_within(session, of);
  co_return ports::MigrationEnd{.where = where, .error = where == Where::kTarget ? "" : "it was broken off"};
}

Task<Side> SimHypervisor::side(std::shared_ptr<Session> session, HostIndex host, ports::DomainId domain) {
  const std::function<Result<Side>()> effect = [&world = session->world(), host, domain]() -> Result<Side> {
    const SimDomain* found = world.find(host, domain);
    if (found == nullptr) return Side{.state = Side::State::kAbsent};
    Side seen{.by_migration = found->by_migration, .is_busy = found->is_busy};
    seen.state = found->state == State::kRunning  ? Side::State::kRunning
                 : found->state == State::kPaused ? Side::State::kPaused
                                                  : Side::State::kOff;
    return seen;
  };
  const Result<Side> answer = co_await session->ask(host, effect);
  co_return answer.value_or(Side{});
}

Task<SimHypervisor::Where> SimHypervisor::settle_once(std::shared_ptr<Session> session,
                                                      std::shared_ptr<Case> of) {
  const Side source = co_await side(session, of->from, of->domain);
  Side target{.state = Side::State::kAbsent};
  if (!of->target_is_off) target = co_await side(session, of->to, of->domain);
  if (of->claim->is_overtaken) of->is_open = false;
  if (!of->is_open) co_return of->known;
  const hypervisor::Verdict verdict = hypervisor::decide(source, target, of->doubt, of->known);
  of->known = verdict.where;
  of->is_open = verdict.is_open;
  for (const Act act : verdict.acts) {
    if (of->claim->is_overtaken) break;
    const HostIndex host = hypervisor::is_about_source(act) ? of->from : of->to;
    const std::function<Result<bool>()> effect = [&world = session->world(), host, of,
                                                  act]() -> Result<bool> {
      act_on(world, host, of->domain, act);
      return true;
    };
    const Result<bool> done = co_await session->ask(host, effect);
    if (!done) of->is_open = true;
  }
  co_return verdict.where;
}

Task<SimHypervisor::Where> SimHypervisor::settle_within(std::shared_ptr<Session> session,
                                                        std::shared_ptr<Case> of) {
  const Instant deadline = session->loop().now() + kSettlePatience;
  while (true) {
    const Where where = co_await settle_once(session, of);
    if (where == Where::kUnknown && of->is_open && session->is_alive() && session->loop().now() < deadline) {
      co_await ports::pause_for(session->loop(), kLook, {});
      continue;
    }
    if (of->is_open && session->is_alive()) start<int>(settle_later(session, of), [](int) {});
    co_return where;
  }
}

Task<int> SimHypervisor::settle_later(std::shared_ptr<Session> session, std::shared_ptr<Case> of) {
  while (of->is_open && session->is_alive()) {
    co_await ports::pause_for(session->loop(), kSettleLater, {});
    if (session->is_alive()) co_await settle_once(session, of);
  }
  co_return 0;
}

// --- watching ---

void SimHypervisor::watch(std::string uri, std::function<void(const ports::DomainEvent&)> on_event) {
  const HostIndex host = host_of(uri);
  session_->watch_domains(host, std::move(uri), std::move(on_event));
}

void SimHypervisor::unwatch(const std::string& uri) {
  session_->unwatch_domains(host_of(uri));
}

}  // namespace attune::simulation
