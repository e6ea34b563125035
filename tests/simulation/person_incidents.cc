// SPDX-License-Identifier: Apache-2.0
// What a person does, what one tells of sites, and the plans that one asks for.
#include <string>
#include <utility>
#include <vector>

#include "tests/simulation/player.h"
#include "tests/simulation/sites.h"

namespace attune::simulation {

using Kind = Incident::Kind;
using std::chrono::seconds;

namespace {

constexpr std::string_view kPerson = "a person";

const auto kNobodyWaits = [](const auto&) {};

}  // namespace

// What a person had to say of modes and of maintenance no longer holds.
void Player::trust_again() {
  if (is_over_) return;
  if (!serves()) return world_.time().later(seconds(1), [this] { trust_again(); });
  main::LiveDaemon& daemon = manager_->kernel().daemon();
  const std::string by(kPerson);
  const system::System& system = manager_->kernel().system();
  std::vector<std::string> held{""}, emptied;
  for (const auto& [id, of] : daemon.modes().components()) held.push_back(system.find(id)->name);
  for (const system::Host* host : system.hosts())
    if (host->in_maintenance) emptied.push_back(host->name);
  for (const std::string& name : held) daemon.set_mode(workflow::Mode::kAutomatic, name, by, kNobodyWaits);
  for (const std::string& host : emptied)
    daemon.change(system::HostChanged{.host = host, .maintenance = system::Maintenance::kEnded}, by,
                  kNobodyWaits);
}

void Player::person(const Incident& incident) {
  if (!serves()) return;
  main::LiveDaemon& daemon = manager_->kernel().daemon();
  const std::string by(kPerson);
  switch (incident.kind) {
    case Kind::kPersonCalls: {
      constexpr const char* kStubs[] = {"start", "stop", "kill", "status"};
      const auto all = manager_->kernel().system().components();
      if (!all.empty())
        daemon.call(all[incident.a % all.size()]->name, kStubs[incident.b % 4], {}, by, kNobodyWaits);
      return;
    }
    case Kind::kPersonMoves: {
      const auto guests = of_class("guest");
      if (!guests.empty())
        daemon.call(guests[incident.a % guests.size()]->name, "migrate",
                    {world_.host(incident.b % story_.hosts).name}, by, kNobodyWaits);
      return;
    }
    case Kind::kPersonCancels: {
      const auto runs = daemon.runs();
      if (!runs.empty()) daemon.cancel(runs[incident.a % runs.size()].id, by, kNobodyWaits);
      return;
    }
    case Kind::kPersonApproves: {
      const auto runs = daemon.runs();
      if (!runs.empty()) daemon.approve(runs[incident.a % runs.size()].id, by, kNobodyWaits);
      return;
    }
    case Kind::kPersonSetsMode: {
      const auto all = manager_->kernel().system().components();
      const std::string of = all.empty() || incident.a % 2 == 0 ? "" : all[incident.a % all.size()]->name;
      daemon.set_mode(static_cast<workflow::Mode>(incident.b % workflow::kModeNames.size()), of, by,
                      kNobodyWaits);
      return world_.time().later(incident.lasts, [this, of] {
        if (serves())
          manager_->kernel().daemon().set_mode(workflow::Mode::kAutomatic, of, std::string(kPerson),
                                               kNobodyWaits);
      });
    }
    case Kind::kPersonMaintains: {
      const std::string host = world_.host(incident.a % story_.hosts).name;
      daemon.change(system::HostChanged{.host = host, .maintenance = system::Maintenance::kBegun}, by,
                    kNobodyWaits);
      return world_.time().later(incident.lasts, [this, host] {
        if (serves())
          manager_->kernel().daemon().change(
              system::HostChanged{.host = host, .maintenance = system::Maintenance::kEnded},
              std::string(kPerson), kNobodyWaits);
      });
    }
    default: {
      const HostIndex host = incident.a % story_.hosts;
      if (world_.host(host).is_on) return;  // it would be a lie
      kept_off_until_[host] = world_.time().now() + incident.lasts;
      daemon.change(system::HostChanged{.host = world_.host(host).name, .state = system::HostState::kOff}, by,
                    kNobodyWaits);
    }
  }
}

// --- sites ---

void Player::happen_to_sites(const Incident& incident) {
  if (!serves() || story_.sites == 0) return;
  main::LiveDaemon& daemon = manager_->kernel().daemon();
  if (incident.kind == Kind::kPriceChanges || incident.kind == Kind::kCapacityChanges) {
    const workflow::Event event = told_event(story_, incident);
    const uint64_t sent = told_.sent(event);
    return daemon.send(event, [this, sent](const Result<control::SentEvent>& answer) {
      if (answer) told_.taken(sent);
    });
  }
  const auto guests = of_class("guest");
  if (guests.empty()) return;
  workflow::Event event;
  event.component = guests[incident.a % guests.size()]->name;
  event.source = kPerson;
  event.name = incident.kind == Kind::kPlanImproves ? "improve" : "empty";
  if (incident.kind == Kind::kPlanEmpties)
    event.values.emplace_back("host", world_.host(incident.a % story_.hosts).name);
  event.values.emplace_back("objective", std::string(objective_of(incident)));
  daemon.send(event, kNobodyWaits);
}

}  // namespace attune::simulation
