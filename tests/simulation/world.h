// SPDX-License-Identifier: Apache-2.0
// SimWorld: what is really so: hosts that are on or off and can be reached or not, the domains and processes
// on them, migrations under way. Managers come and go; the world stays. It never asks what a manager
// believes, so the invariants can hold the two against each other.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/ports/hypervisor.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/timeline.h"

namespace attune::simulation {

class Session;
using HostIndex = size_t;
using MigrationId = uint64_t;

struct SimDomain {
  ports::DomainId id;
  ports::DomainState state = ports::DomainState::kShutOff;
  bool by_migration = false;  // paused by one, or running again after one that broke off
  bool is_busy = false;       // one is under way
  bool is_persistent = true;  // an incoming one is not, until it has arrived
};

// How the next call to a host goes wrong.
struct CallFault {
  enum class Kind { kLostBefore, kLostAfter, kRefused, kSlow, kLate };
  Kind kind = Kind::kRefused;
  Duration by{};  // kSlow: how much later it takes effect; kLate: how much later the answer comes
};

struct SimHost {
  std::string name;
  bool is_on = true;
  int cuts = 0;  // of the way between it and the manager, one within another
  uint64_t memory = 0;
  double load = 0.2;
  Dice dice{0};
  std::map<std::string, SimDomain> domains;        // by UUID
  std::map<std::string, bool> processes;           // by run directory: whether it runs
  std::map<std::string, std::string> directories;  // what was deployed there, by component
  std::set<std::string> strays;      // of these, what was deployed when nobody awaited that any more
  std::deque<CallFault> faults;      // of the next calls
  std::deque<Duration> late_events;  // how much later the next events come
  int doubled_events = 0;
  bool guests_are_deaf = false;

  bool answers() const { return is_on && cuts == 0; }
};

struct SimMigration {
  enum class Phase { kCopies, kHandsOver };
  enum class End { kArrived, kCancelled, kBroken };
  MigrationId id = 0;
  HostIndex from = 0, to = 0;
  std::string uuid;
  Phase phase = Phase::kCopies;
  Dice dice{0};
  std::weak_ptr<Session> session;
  std::function<void(End)> ended;
};

class SimWorld {
 public:
  static constexpr uint64_t kGuestMemory = uint64_t{1} << 30;

  // Of hosts whose memory is still to be said.
  SimWorld(uint64_t seed, size_t hosts, Instant begin);

  Timeline& time() { return time_; }
  const Timeline& time() const { return time_; }
  std::vector<SimHost>& hosts() { return hosts_; }
  const std::vector<SimHost>& hosts() const { return hosts_; }
  SimHost& host(HostIndex index) { return hosts_[index]; }
  std::optional<HostIndex> find_host(std::string_view name) const;

  // The manager that is at work; none while there is none.
  void set_session(std::shared_ptr<Session> session) { session_ = std::move(session); }

  // --- what becomes of hosts ---
  void power_off(HostIndex host);  // what ran there is gone, definitions stay
  void power_on(HostIndex host);
  void fence(HostIndex host);  // off, whatever it was; on_fence is told
  void cut(HostIndex host);
  void mend(HostIndex host);

  // --- domains ---
  SimDomain* find(HostIndex host, const ports::DomainId& domain);  // the UUID decides
  uint64_t memory_in_use(HostIndex host) const;
  bool has_room(HostIndex host) const;  // for one more guest
  // Each change goes through these: they tell who watches.
  void set(HostIndex host, const ports::DomainId& domain, ports::DomainState state,
           ports::DomainEvent::Kind told);
  void remove(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind told);
  // Somebody else migrates it, in an instant. Not where a migration is under way, or the target is no place.
  bool move(const std::string& uuid, HostIndex to);
  std::vector<HostIndex> where_runs(const std::string& uuid) const;

  // --- migrations ---
  // The guest must run on `from`. `ended` is told once.
  MigrationId migrate(std::shared_ptr<Session> session, HostIndex from, HostIndex to,
                      const ports::DomainId& domain, std::function<void(SimMigration::End)> ended);
  void cancel(MigrationId migration);
  // The session is no more: those of its migrations that go on break off.
  void abandon(const Session& session);
  bool is_migrating(const std::string& uuid) const;

  std::function<void(HostIndex)> on_fence = [](HostIndex) {};
  // Of each change of a domain, once it is so.
  std::function<void(HostIndex, const std::string& uuid)> on_change = [](HostIndex, const std::string&) {};

 private:
  void reachability_changed(HostIndex host, bool before);
  void tell(HostIndex host, const ports::DomainId& domain, ports::DomainEvent::Kind kind);
  void hand_over(MigrationId id);
  void arrive(MigrationId id);
  void break_off(MigrationId id, SimMigration::End end);
  void end(MigrationId id, SimMigration::End end);
  void break_off_at(HostIndex host);

  const uint64_t seed_;
  Timeline time_;
  std::vector<SimHost> hosts_;
  std::map<std::string, HostIndex, std::less<>> by_name_;
  std::shared_ptr<Session> session_;
  std::map<MigrationId, SimMigration> migrations_;
  MigrationId last_migration_ = 0;
};

}  // namespace attune::simulation
