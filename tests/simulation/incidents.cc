// SPDX-License-Identifier: Apache-2.0
// What each kind of incident does.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tests/simulation/player.h"

namespace attune::simulation {

using Kind = Incident::Kind;
using Event = ports::DomainEvent::Kind;
using State = ports::DomainState;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Duration kLoadEvery = seconds(5);
}  // namespace

void Player::happen(const Incident& incident) {
  if (is_over_) return;
  tell("*** " + to_text(story_, incident).substr(14));
  switch (incident.kind) {
    case Kind::kHostDies:
    case Kind::kLinkCut:
    case Kind::kCallLostBefore:
    case Kind::kCallLostAfter:
    case Kind::kCallRefused:
    case Kind::kCallSlow:
    case Kind::kAnswerLate:
    case Kind::kEventLate:
    case Kind::kEventDoubled:
    case Kind::kGuestsDeaf:
      return happen_to_host(incident);
    case Kind::kGuestCrashes:
    case Kind::kGuestEnds:
    case Kind::kGuestMoved:
    case Kind::kProcessDies:
    case Kind::kLoadHigh:
    case Kind::kBusy:
    case Kind::kIdle:
      return happen_to_guest(incident);
    case Kind::kManagerKilled:
    case Kind::kKilledAtRecord:
    case Kind::kManagerEnds:
    case Kind::kClockJumps:
      return happen_to_manager(incident);
    case Kind::kDiskSlow:
    case Kind::kDiskFull:
    case Kind::kDiskRefuses:
      return happen_to_disk(incident);
    case Kind::kPersonCalls:
    case Kind::kPersonMoves:
    case Kind::kPersonCancels:
    case Kind::kPersonSaysOff:
    case Kind::kPersonSetsMode:
    case Kind::kPersonApproves:
    case Kind::kPersonMaintains:
      return person(incident);
    case Kind::kPriceChanges:
    case Kind::kCapacityChanges:
    case Kind::kPlanImproves:
    case Kind::kPlanEmpties:
      return happen_to_sites(incident);
  }
}

// --- hosts ---

void Player::power_on_when_due(HostIndex host) {
  const Instant due = std::max(off_until_[host], kept_off_until_[host]);
  if (world_.time().now() >= due) return world_.power_on(host);
  world_.time().later(due - world_.time().now(), [this, host] { power_on_when_due(host); });
}

void Player::happen_to_host(const Incident& incident) {
  const HostIndex index = incident.a % story_.hosts;
  SimHost& host = world_.host(index);
  const auto fault = [&](CallFault::Kind kind) { host.faults.push_back({kind, incident.lasts}); };
  switch (incident.kind) {
    case Kind::kHostDies:
      off_until_[index] = std::max(off_until_[index], world_.time().now() + incident.lasts);
      world_.power_off(index);
      return power_on_when_due(index);
    case Kind::kLinkCut:
      world_.cut(index);
      return world_.time().later(incident.lasts, [this, index] { world_.mend(index); });
    case Kind::kCallLostBefore:
      return fault(CallFault::Kind::kLostBefore);
    case Kind::kCallLostAfter:
      return fault(CallFault::Kind::kLostAfter);
    case Kind::kCallRefused:
      return fault(CallFault::Kind::kRefused);
    case Kind::kCallSlow:
      return fault(CallFault::Kind::kSlow);
    case Kind::kAnswerLate:
      return fault(CallFault::Kind::kLate);
    case Kind::kEventLate:
      return host.late_events.push_back(incident.lasts);
    case Kind::kEventDoubled:
      ++host.doubled_events;
      return;
    default:
      host.guests_are_deaf = true;
      return world_.time().later(incident.lasts, [&host] { host.guests_are_deaf = false; });
  }
}

// --- what runs ---

std::optional<std::string> Player::uuid_of_guest(uint64_t number) const {
  std::vector<std::string_view> running;
  for (const SimHost& host : world_.hosts())
    for (const auto& [uuid, domain] : host.domains)
      if (domain.state == State::kRunning) running.push_back(uuid);
  if (running.empty()) return std::nullopt;
  const auto chosen = running.begin() + static_cast<ptrdiff_t>(number % running.size());
  std::nth_element(running.begin(), chosen, running.end());
  return std::string(*chosen);
}

std::vector<const system::Component*> Player::of_class(std::string_view name) {
  return serves() ? manager_->kernel().system().instances(name) : std::vector<const system::Component*>{};
}

void Player::send(const std::string& line) {
  if (manager_ && !is_dead_) manager_->pipe_line(line);
}

void Player::load(std::string guest, HostIndex host, Instant until) {
  const bool is_over = world_.time().now() >= until || is_over_;
  send(fmt::format("cpu_high {} cpu=97%{}", guest, is_over ? " cleared=true" : ""));
  if (is_over) {
    world_.host(host).load = 0.2;
    return;
  }
  world_.time().later(kLoadEvery,
                      [this, guest = std::move(guest), host, until] { load(guest, host, until); });
}

void Player::happen_to_guest(const Incident& incident) {
  if (incident.kind == Kind::kProcessDies || incident.kind == Kind::kBusy || incident.kind == Kind::kIdle) {
    const auto apps = of_class("app");
    if (apps.empty()) return;
    const std::string name = apps[incident.a % apps.size()]->name;
    if (incident.kind != Kind::kProcessDies)
      return send(fmt::format("{} {}", incident.kind == Kind::kBusy ? "busy" : "idle", name));
    for (SimHost& host : world_.hosts())
      for (auto& [directory, runs] : host.processes)
        if (directory.ends_with("/" + name)) runs = false;
    return;
  }
  const auto uuid = uuid_of_guest(incident.a);
  if (!uuid) return;
  const HostIndex host = world_.where_runs(*uuid).front();
  const ports::DomainId id = world_.host(host).domains[*uuid].id;
  switch (incident.kind) {
    case Kind::kGuestCrashes:
      return world_.set(host, id, State::kShutOff, Event::kCrashed);
    case Kind::kGuestEnds:
      return world_.set(host, id, State::kShutOff, Event::kShutDown);
    case Kind::kGuestMoved:
      if (world_.move(*uuid, incident.b % story_.hosts)) invariants_.disturbed(incident.b % story_.hosts);
      return;
    default:
      world_.host(host).load = 0.95;
      return load(id.name, host, world_.time().now() + incident.lasts);
  }
}

// --- the manager and its disk ---

void Player::happen_to_manager(const Incident& incident) {
  switch (incident.kind) {
    case Kind::kManagerKilled:
      return kill(incident.lasts);
    case Kind::kKilledAtRecord:
      if (manager_ && !is_dead_)
        death_ =
            Story::Death{disk_.records.size() + incident.a % 40 + 1, incident.b % 2 == 1, incident.lasts};
      return;
    case Kind::kManagerEnds:
      back_after_ = incident.lasts;
      if (serves()) manager_->kernel().end("SIGTERM");
      return;
    default:
      wall_ahead_ += minutes(incident.a % 120) * (incident.b % 2 == 1 ? -1 : 1);
      if (manager_) manager_->loop().set_wall_ahead(wall_ahead_);
  }
}

void Player::happen_to_disk(const Incident& incident) {
  const auto changed = [this] {
    if (manager_ && !is_dead_) manager_->store().look_again();
  };
  switch (incident.kind) {
    case Kind::kDiskSlow:
      disk_.latency = seconds(2);
      return world_.time().later(incident.lasts, [this] { disk_.latency = std::chrono::milliseconds(1); });
    case Kind::kDiskFull:
      if (disk_.is_full) return;
      disk_.is_full = true;
      if (manager_ && !is_dead_)
        manager_->kernel().disk_is_full(Error{ErrorCode::kNoSpace, "journal: no space"});
      return world_.time().later(incident.lasts, [this, changed] {
        if (!std::exchange(disk_.is_full, false)) return;
        if (manager_ && !is_dead_) manager_->kernel().disk_is_full(std::nullopt);
        changed();
      });
    default:
      disk_.refuses = true;
      return world_.time().later(incident.lasts, [this] { disk_.refuses = false; });
  }
}

}  // namespace attune::simulation
