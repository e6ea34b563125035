// SPDX-License-Identifier: Apache-2.0
// World: 800 hosts and a day of PlanetLab's virtual machines on them, as CloudSim's power package has it:
// time goes on from one event to the next, processors are shared, migrations take place, all is accounted
// for. Each policy plays in its own. One thread.
//
// Three things of CloudSim's are peculiar, and kept: memory and network count only where a VM is started; a
// VM that wants nothing at a reckoning is taken for finished and is gone; and all migrations that begin at a
// time go on at once, each at its full rate.
#pragma once

#include <cstdint>
#include <queue>
#include <vector>

#include "tests/bench/planetlab/account.h"
#include "tests/bench/planetlab/traces.h"

namespace attune::planetlab {

using Index = uint32_t;
inline constexpr Index kNowhere = UINT32_MAX;
inline constexpr size_t kHistory = 30;  // samples

struct VmState {
  const VmType* type = nullptr;
  const Trace* trace = nullptr;
  Index host = kNowhere;        // kNowhere: it is finished
  size_t arrivals = 0;          // migrations that are under way
  double wanted = 0;            // MIPS, now
  std::vector<double> history;  // its use at each step, from 0 to 1: the newest first, at most kHistory
};

struct HostState {
  const HostType* type = nullptr;
  std::vector<Index> vms;  // in the order in which they came, with those that are arriving
  std::vector<Index> arriving;
  double used = 0;  // MIPS, at the last reckoning

  double use() const;  // from 0 to 1
};

struct Order {
  Index vm = kNowhere, to = kNowhere;
  friend bool operator==(const Order&, const Order&) = default;
};

class World;

// Who decides: asked every five minutes.
class Policy {
 public:
  virtual ~Policy() = default;
  // The migrations that begin now, in this order.
  virtual std::vector<Order> decide(const World& world) = 0;
};

class World {
 public:
  // `traces` must outlive it. All VMs are started: for each, as if it wanted all that its type may, by the
  // least increase of power.
  World(size_t hosts, const std::vector<Trace>& traces);

  // The whole day.
  void play(Policy& policy);

  double now() const { return now_; }
  const std::vector<HostState>& hosts() const { return hosts_; }
  const std::vector<VmState>& vms() const { return vms_; }
  size_t migrations() const { return migrations_; }
  Figures figures() const { return account_.figures(); }

  // --- what play() is made of ---
  // Time goes on to `time`; VMs arrive on the way.
  void go_on(double time);
  void note_histories();
  void start_migration(const Order& order);

 private:
  struct Arrival {
    double at;
    uint64_t number;
    Order order;
    bool operator>(const Arrival& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };

  void start_all();
  Index place_for_start(const VmState& vm, const std::vector<double>& free, const std::vector<double>& memory,
                        const std::vector<size_t>& count) const;
  void reckon(double time);
  void share(Index host);
  void want_at(double time);
  void drop_finished();
  void arrive(const Order& order);

  std::vector<HostState> hosts_;
  std::vector<VmState> vms_;
  Account account_;
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  double now_ = 0;
  size_t migrations_ = 0;
};

}  // namespace attune::planetlab
