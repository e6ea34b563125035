// SPDX-License-Identifier: Apache-2.0
// PlanWatch: what must hold of plans: that each keeps to the rules and to the room of hosts in every step,
// leaves alone who rests, and is carried out where its run says so. It keeps its own books by the records,
// and asks neither the planner nor the engine. A part of Invariants.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/system/system.h"
#include "runtime/workflow/planned_moves.h"
#include "runtime/workflow/record.h"
#include "tests/simulation/finding.h"

namespace attune::simulation {

class PlanWatch {
 public:
  using Broken = std::function<void(Invariant, std::string)>;
  // What it has had to look at: where it is nothing, that nothing was broken says nothing.
  struct Seen {
    std::map<std::string, size_t> plans;  // that were made, by the diagram that asked
    size_t moves = 0;                     // of these plans
    size_t places = 0;                    // of machines, once a plan was carried out
  };

  // Both must outlive it.
  PlanWatch(const model::Project& project, const Clock& clock, Broken broken);

  void take(const workflow::Record& record);
  // A manager has died: these are what the next one knows.
  void take_over(const std::vector<workflow::Record>& journal);
  const Seen& seen() const { return seen_; }

 private:
  // Where each is; on both hosts while it moves.
  using Places = std::multimap<system::ComponentId, system::HostId>;
  using Pairs = std::set<std::pair<system::ComponentId, system::ComponentId>>;
  struct Room {
    double memory = 0, cores = 0;  // bytes
  };
  struct Plan {
    workflow::PlannedSteps steps;
    bool is_made = false;
    std::map<system::ComponentId, system::HostId> origins;  // once it is made
    // What became otherwise since it was asked for by others' doing.
    std::set<system::ComponentId> moved;
    std::set<system::HostId> touched;
    std::map<system::HostId, Room> room;  // the most that each has had since
    WallTime asked_at{};
    Instant asked{};
    std::map<system::HostId, WallTime> until;  // of those that leave: the latest that was told since
    std::set<system::HostId> leaving;          // before the horizon, once it is made
  };

  void changed(const workflow::SystemChanged& changed);
  void touch(const workflow::SystemChanged& changed);
  void arrived(const system::HostAssigned& change, workflow::RunId run) const;
  void asked(Plan& plan, WallTime at) const;
  void told(Plan& plan) const;
  void made(Plan& plan, const std::string& text, WallTime at);
  bool is_moved(const workflow::PlannedMove& move) const;
  bool check_step(const Plan& plan, const std::vector<workflow::PlannedMove>& step, Places& places,
                  const Pairs& met) const;
  void check_move(const Plan& plan, const workflow::PlannedMove& move, const system::Component& vm,
                  const system::Host& to) const;
  void check_room(const Plan& plan, const Places& places, const system::Host& host,
                  const std::string& why) const;
  void check_cores(const Plan& plan, const Places& places, const system::Host& host,
                   const std::string& why) const;
  void check_together(const Plan& plan, const Places& before, const Places& after) const;
  size_t scattered(const Plan& plan, uint32_t of, const model::Spread& spread, const Places& places) const;
  void check_done(const Plan& plan);
  static Room room_of(const system::Host& host);
  double cores_on(const system::Host& host, const Places& places) const;
  std::optional<WallTime> until(const system::Host& host) const;
  Places places() const;
  Pairs meeting(const Places& places) const;

  const model::Project& project_;
  const Clock& clock_;
  const Broken broken_;
  std::optional<system::System> books_;
  std::map<system::ComponentId, Instant> last_moves_;  // that this manager has seen
  std::map<workflow::RunId, std::string> diagrams_;
  std::set<workflow::CallId> asked_;  // for a plan
  std::map<workflow::RunId, Plan> plans_;
  Seen seen_;
};

}  // namespace attune::simulation
