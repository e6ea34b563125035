// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/world.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/session.h"

namespace attune::simulation {

using Event = ports::DomainEvent::Kind;
using State = ports::DomainState;
using End = SimMigration::End;
using Phase = SimMigration::Phase;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

bool is_on(State state) {
  return state == State::kRunning || state == State::kPaused;
}

}  // namespace

SimWorld::SimWorld(uint64_t seed, size_t hosts, Instant begin) : seed_(seed), time_(begin), hosts_(hosts) {
  for (HostIndex i = 0; i < hosts; ++i) {
    hosts_[i].name = fmt::format("lab{}", i + 1);
    hosts_[i].dice = Dice(seed, i + 1);
    by_name_[hosts_[i].name] = i;
  }
}

std::optional<HostIndex> SimWorld::find_host(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? std::nullopt : std::optional(found->second);
}

// --- what becomes of hosts ---

void SimWorld::reachability_changed(HostIndex host, bool before) {
  if (before != hosts_[host].answers() && session_) session_->host_changed(host);
}

void SimWorld::fence(HostIndex index) {
  power_off(index);
  on_fence(index);
}

void SimWorld::power_off(HostIndex index) {
  SimHost& host = hosts_[index];
  if (!host.is_on) return;
  const bool before = host.answers();
  host.is_on = false;
  break_off_at(index);
  std::vector<std::string> changed;
  for (auto& [uuid, domain] : host.domains) {
    if (is_on(domain.state)) changed.push_back(uuid);
    domain.state = State::kShutOff;
    domain.by_migration = domain.is_busy = false;
  }
  std::erase_if(host.domains, [](const auto& entry) { return !entry.second.is_persistent; });
  for (auto& [directory, runs] : host.processes) runs = false;
  reachability_changed(index, before);
  for (const std::string& uuid : changed) on_change(index, uuid);
}

void SimWorld::power_on(HostIndex index) {
  const bool before = hosts_[index].answers();
  hosts_[index].is_on = true;
  reachability_changed(index, before);
}

void SimWorld::cut(HostIndex index) {
  const bool before = hosts_[index].answers();
  ++hosts_[index].cuts;
  break_off_at(index);
  reachability_changed(index, before);
}

void SimWorld::mend(HostIndex index) {
  const bool before = hosts_[index].answers();
  if (hosts_[index].cuts > 0) --hosts_[index].cuts;
  reachability_changed(index, before);
}

// --- domains ---

SimDomain* SimWorld::find(HostIndex host, const ports::DomainId& domain) {
  const auto found = hosts_[host].domains.find(domain.uuid);
  return found == hosts_[host].domains.end() ? nullptr : &found->second;
}

uint64_t SimWorld::memory_in_use(HostIndex host) const {
  const auto& domains = hosts_[host].domains;
  return kGuestMemory *
         static_cast<uint64_t>(std::count_if(domains.begin(), domains.end(),
                                             [](const auto& entry) { return is_on(entry.second.state); }));
}

bool SimWorld::has_room(HostIndex host) const {
  return memory_in_use(host) + kGuestMemory <= hosts_[host].memory;
}

void SimWorld::set(HostIndex host, const ports::DomainId& domain, State state, Event told) {
  SimDomain& entry = hosts_[host].domains[domain.uuid];
  entry.id = domain;
  if (entry.state == state) return;
  entry.state = state;
  if (state == State::kRunning) entry.by_migration = false;
  on_change(host, domain.uuid);
  tell(host, domain, told);
}

void SimWorld::remove(HostIndex host, const ports::DomainId& domain, Event told) {
  if (hosts_[host].domains.erase(domain.uuid) == 0) return;
  on_change(host, domain.uuid);
  tell(host, domain, told);
}

std::vector<HostIndex> SimWorld::where_runs(const std::string& uuid) const {
  std::vector<HostIndex> all;
  for (HostIndex i = 0; i < hosts_.size(); ++i) {
    const auto found = hosts_[i].domains.find(uuid);
    if (found != hosts_[i].domains.end() && found->second.state == State::kRunning) all.push_back(i);
  }
  return all;
}

bool SimWorld::move(const std::string& uuid, HostIndex to) {
  const auto runs = where_runs(uuid);
  if (runs.size() != 1 || runs.front() == to || is_migrating(uuid)) return false;
  SimHost& target = hosts_[to];
  if (!target.is_on || target.domains.contains(uuid)) return false;
  if (!has_room(to)) return false;
  const ports::DomainId id = hosts_[runs.front()].domains[uuid].id;
  hosts_[runs.front()].domains.erase(uuid);
  target.domains[uuid] = {id, State::kRunning, false, false, true};
  on_change(runs.front(), uuid);
  on_change(to, uuid);
  tell(to, id, Event::kMigratedIn);
  tell(runs.front(), id, Event::kMigratedAway);
  return true;
}

void SimWorld::tell(HostIndex host, const ports::DomainId& domain, Event kind) {
  if (session_) session_->domain_event(host, domain, kind);
}

// --- migrations ---

MigrationId SimWorld::migrate(std::shared_ptr<Session> session, HostIndex from, HostIndex to,
                              const ports::DomainId& domain, std::function<void(End)> ended) {
  const MigrationId id = ++last_migration_;
  SimMigration& made = migrations_[id];
  made.id = id;
  made.from = from;
  made.to = to;
  made.uuid = domain.uuid;
  made.dice = Dice(seed_, 1'000'000 + id);
  made.session = session;
  made.ended = std::move(ended);
  hosts_[from].domains[domain.uuid].is_busy = true;
  hosts_[to].domains[domain.uuid] = {domain, State::kPaused, true, true, false};
  on_change(to, domain.uuid);
  time_.later(made.dice.between(seconds(2), seconds(15)), [this, id] { hand_over(id); });
  return id;
}

bool SimWorld::is_migrating(const std::string& uuid) const {
  return std::any_of(migrations_.begin(), migrations_.end(),
                     [&](const auto& entry) { return entry.second.uuid == uuid; });
}

// From here on the source's copy stands still.
void SimWorld::hand_over(MigrationId id) {
  const auto found = migrations_.find(id);
  if (found == migrations_.end()) return;
  SimMigration& migration = found->second;
  SimDomain& source = hosts_[migration.from].domains[migration.uuid];
  if (source.state == State::kShutOff) return break_off(id, End::kBroken);  // the guest ended meanwhile
  migration.phase = Phase::kHandsOver;
  source.state = State::kPaused;
  source.by_migration = true;
  on_change(migration.from, migration.uuid);
  time_.later(migration.dice.between(milliseconds(20), milliseconds(200)), [this, id] { arrive(id); });
}

void SimWorld::arrive(MigrationId id) {
  const auto found = migrations_.find(id);
  if (found == migrations_.end()) return;
  const SimMigration migration = found->second;
  const ports::DomainId domain = hosts_[migration.to].domains[migration.uuid].id;
  hosts_[migration.from].domains.erase(migration.uuid);
  SimDomain& target = hosts_[migration.to].domains[migration.uuid];
  target.state = State::kRunning;
  target.by_migration = target.is_busy = false;
  target.is_persistent = true;
  on_change(migration.from, migration.uuid);
  on_change(migration.to, migration.uuid);
  tell(migration.to, domain, Event::kMigratedIn);
  tell(migration.from, domain, Event::kMigratedAway);
  end(id, End::kArrived);
}

void SimWorld::cancel(MigrationId id) {
  const auto found = migrations_.find(id);
  if (found != migrations_.end() && found->second.phase == Phase::kCopies) break_off(id, End::kCancelled);
}

// While it copies, the source goes on and the target's half goes away. While it hands over, each of the two
// may have heard of it or not; what is left then is for somebody to settle.
void SimWorld::break_off(MigrationId id, End how) {
  SimMigration& migration = migrations_.at(id);
  SimHost& from = hosts_[migration.from];
  SimHost& to = hosts_[migration.to];
  const auto source = from.domains.find(migration.uuid);
  const auto target = to.domains.find(migration.uuid);
  const uint64_t heard = migration.phase == Phase::kCopies ? 0 : migration.dice.below(3);
  if (source != from.domains.end()) source->second.is_busy = false;
  if (target != to.domains.end()) target->second.is_busy = false;
  if (heard == 0) {  // the target never began, and the source knows
    if (target != to.domains.end()) to.domains.erase(target);
    if (source != from.domains.end() && source->second.state != State::kShutOff) {
      source->second.state = State::kRunning;
      source->second.by_migration = true;
    }
  } else if (heard == 1 && target != to.domains.end() && to.is_on) {  // the target goes on; the source waits
    target->second.state = State::kRunning;
    target->second.by_migration = false;
    target->second.is_persistent = true;
  }
  const HostIndex a = migration.from, b = migration.to;
  const std::string uuid = migration.uuid;
  end(id, how);
  on_change(a, uuid);
  on_change(b, uuid);
}

void SimWorld::end(MigrationId id, End how) {
  const auto ended = std::move(migrations_.at(id).ended);
  migrations_.erase(id);
  ended(how);
}

void SimWorld::break_off_at(HostIndex host) {
  std::vector<MigrationId> all;
  for (const auto& [id, migration] : migrations_)
    if (migration.from == host || migration.to == host) all.push_back(id);
  for (const MigrationId id : all) break_off(id, End::kBroken);
}

void SimWorld::abandon(const Session& session) {
  std::vector<MigrationId> all;
  for (const auto& [id, migration] : migrations_)
    if (migration.session.lock().get() == &session) all.push_back(id);
  for (const MigrationId id : all) break_off(id, End::kBroken);
}

}  // namespace attune::simulation
