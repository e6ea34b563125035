// SPDX-License-Identifier: Apache-2.0
// Invariants: what must hold whatever happens, each with its name. They are told of every record, every deed
// and every change in the world, and look at what that touches; at rest they hold the whole system against
// the whole world. The first that is broken is the finding.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/system/system.h"
#include "runtime/workflow/record.h"
#include "tests/simulation/finding.h"
#include "tests/simulation/plan_watch.h"
#include "tests/simulation/world.h"

namespace attune::simulation {

class Invariants {
 public:
  // Both must outlive it.
  Invariants(const SimWorld& world, const model::Project& project, bool has_plans);

  // --- every step ---
  void appended(const std::vector<workflow::Record>& records);
  void durable(uint64_t last) { durable_ = last; }
  void changed(HostIndex host, const std::string& uuid);
  void deed(std::string_view what, const std::string& uuid);
  // Somebody else has put something there: what fits is no longer Attune's to say.
  void disturbed(HostIndex host) { disturbed_.insert(host); }
  // A manager has died; this is what is left of the journal.
  void manager_died(const std::vector<workflow::Record>& journal);

  // --- at rest ---
  // What is not as it should be, yet.
  std::optional<Finding> at_rest(const system::System& system) const;
  // The same after `stop`: nothing runs any more.
  std::optional<Finding> stopped() const;

  void broken(Invariant invariant, std::string what);
  const std::optional<Finding>& finding() const { return finding_; }
  size_t open_runs() const { return runs_.size(); }
  PlanWatch::Seen seen_of_plans() const { return plans_ ? plans_->seen() : PlanWatch::Seen{}; }

 private:
  struct OpenCall {
    workflow::RunId run = 0;
    system::ComponentId component = system::kNoComponent;
    uint64_t sequence = 0;
    bool ends_a_guest = false;
  };
  void take(const workflow::Record& record, bool is_checked);
  void ended(const workflow::CallEnded& ended);
  void began(const workflow::CallIntent& intent, uint64_t sequence, bool is_checked);
  std::optional<Finding> guest_at_rest(const system::System& system, const system::Component& guest) const;
  std::optional<Finding> app_at_rest(const system::System& system, const system::Component& app) const;
  std::optional<Finding> leftovers(const system::System& system) const;
  Finding found(Invariant invariant, std::string what) const;

  const SimWorld& world_;
  const model::Project& project_;
  std::optional<Finding> finding_;
  std::optional<PlanWatch> plans_;   // where there are any
  uint64_t last_ = 0, durable_ = 0;  // records
  std::set<uint64_t> events_;        // accepted, and no run yet
  std::set<workflow::RunId> runs_;
  std::set<system::ComponentId> ended_;  // guests, of which it is not said yet that they are stopped
  std::map<workflow::CallId, OpenCall> calls_;
  std::unordered_map<system::ComponentId, std::set<workflow::CallId>> calls_of_;
  std::unordered_map<std::string, system::ComponentId> guests_;  // by UUID
  std::unordered_map<std::string, std::set<HostIndex>> running_;
  std::unordered_map<HostIndex, std::set<std::string>> on_;  // running or paused there
  std::set<HostIndex> disturbed_;
};

}  // namespace attune::simulation
