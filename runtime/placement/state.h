// SPDX-License-Identifier: Apache-2.0
// State: what the planner is told of the world: sites, hosts, VMs, their traffic, constraints and what
// counts. The first stage of State -> check() -> plan() -> Plan (plan.h). Plain values in seconds, bytes and
// the author's currency; things name each other by their place in the vectors. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attune::placement {

using Index = uint32_t;
inline constexpr Index kNowhere = std::numeric_limits<Index>::max();

// check() refuses what is larger: a plan's memory and work stay bounded.
inline constexpr size_t kMaxSites = 64, kMaxHosts = 10'000, kMaxVms = 50'000, kMaxTraffic = 1'000'000,
                        kMaxConstraints = 1'000;

struct Site {
  std::string name;
  double host_price = 0;     // per hour of a host that has a VM
  double vm_price = 0;       // per hour of a VM
  double traffic_price = 0;  // per GiB that leaves the site
  double latency = 0;        // between two hosts of it, in seconds
  double bandwidth = 0;      // between two hosts of it, in bytes per second
  std::optional<double> available_until;
};

// Between two sites, in both directions.
struct Link {
  Index a = kNowhere, b = kNowhere;
  double latency = 0, bandwidth = 0;
};

struct Host {
  std::string name;
  Index site = kNowhere;
  double cores = 0, memory = 0;
  double core_speed = 1;  // 1 is the speed in which CPU demand is told
  double cpu_overcommit = 1, memory_overcommit = 1;
  // What is free now, where others than the State's VMs take some; else all that these leave.
  std::optional<double> free_cores, free_memory;
  double price = 0;  // its power, per hour, on top of its site's host_price
  bool is_on = true;
  bool is_in_use = false;          // others than the State's VMs are there, so it costs the same without any
  bool is_in_maintenance = false;  // it is to be emptied
  std::optional<double> available_until;
};

struct Vm {
  std::string name;
  double cores = 0, memory = 0;  // what it takes of its host's capacity
  double demand = 0;             // the cores that it keeps busy, at speed 1
  double dirty_rate = 0;         // of its memory, bytes per second
  Index host = kNowhere;         // kNowhere: it is to be placed
  bool may_move = true;
  std::optional<double> moved_at;
};

struct Traffic {
  Index from = kNowhere, to = kNowhere;
  double messages = 0, bytes = 0;  // per second
};

enum class ConstraintKind { kPin, kTogether, kApart };
enum class Scope { kHost, kSite };
std::string_view name_of(ConstraintKind kind);

struct Constraint {
  ConstraintKind kind = ConstraintKind::kPin;
  std::vector<Index> vms;
  std::vector<Index> hosts, sites;  // of a pin: any of these
  Scope scope = Scope::kHost;       // of together and apart
  bool is_hard = true;              // pins always are
  double weight = 1;                // of a soft one
};

enum class Objective { kRunTime, kCost, kUseOfResources, kBalance };
inline constexpr size_t kObjectives = 4;
std::string_view name_of(Objective objective);
std::optional<Objective> find_objective(std::string_view name);

struct State {
  double now = 0;  // in the clock of available_until and moved_at
  std::vector<Site> sites;
  std::vector<Link> links;
  std::vector<Host> hosts;
  std::vector<Vm> vms;
  std::vector<Traffic> traffic;
  std::vector<Constraint> constraints;
  std::vector<Objective> objectives;  // the first counts most; no later one is served at its expense
  double horizon = 24 * 3600;         // for how long a gain counts
  double rest = 0;                    // how long a VM stays after a move
  std::optional<uint64_t> budget;     // of moves; without, any number
  uint64_t seed = 1;
};

}  // namespace attune::placement
