// SPDX-License-Identifier: Apache-2.0
// Problem: a State made ready to be searched: room of each host, where each VM may be, its neighbours, and
// what each choice adds to the Score. Made once for a plan; immutable; any thread. The State must outlive it.
#pragma once

#include <vector>

#include "runtime/placement/migration.h"
#include "runtime/placement/score.h"
#include "runtime/placement/state.h"

namespace attune::placement {

// Balance counts in such units, so that the least difference which counts (score.h) is 1e-4 of the mean
// square of the hosts' use: for less no VM is moved.
inline constexpr double kBalanceUnit = 1e-5;

struct Size {
  double cores = 0, memory = 0;

  Size& operator+=(const Size& other) {
    cores += other.cores, memory += other.memory;
    return *this;
  }
  Size& operator-=(const Size& other) {
    cores -= other.cores, memory -= other.memory;
    return *this;
  }
  friend Size operator+(Size a, const Size& b) { return a += b; }
  friend Size operator-(Size a, const Size& b) { return a -= b; }
  // Sums of fractions may miss a full host by their rounding.
  bool fits(const Size& room) const {
    return cores <= room.cores * (1 + 1e-9) + 1e-9 && memory <= room.memory * (1 + 1e-9) + 1e-6;
  }
};

// Whom a VM talks with: both directions of the pair.
struct Neighbour {
  Index vm = kNowhere;
  double messages = 0, bytes_out = 0, bytes_in = 0;
};

// A together or an apart: what of it is broken follows from how many places its VMs are in.
struct Group {
  ConstraintKind kind;
  Scope scope;
  size_t level;  // of the Score
  double weight;
  std::vector<Index> vms;
};

class Problem {
 public:
  // `kept`: VMs that are not moved, beside those that may not; may be empty.
  explicit Problem(const State& state, const std::vector<bool>& kept = {});

  const State& state() const { return *state_; }
  size_t hosts() const { return room_.size(); }
  size_t vms() const { return size_.size(); }
  size_t level_of(Objective objective) const { return level_[static_cast<size_t>(objective)]; }  // 0: none

  const Size& size(Index vm) const { return size_[vm]; }
  // What the State's VMs may take of the host: never less than they take now, though that be too much.
  const Size& room(Index host) const { return room_[host]; }
  const Size& capacity(Index host) const { return capacity_[host]; }
  // Newcomers may come, and who is there may stay.
  bool is_open(Index host) const { return is_open_[host]; }
  bool is_fixed(Index vm) const { return is_fixed_[vm]; }
  bool is_pinned_off(Index vm, Index host) const { return pin_[vm] != kNowhere && !pins_[pin_[vm]][host]; }
  Index pin_set(Index vm) const { return pin_[vm]; }
  // The host is open to the VM; where it is now it may always stay, which may count as broken.
  bool may_be(Index vm, Index host) const {
    if (host == now(vm)) return true;
    return !is_fixed_[vm] && is_open_[host] && !is_pinned_off(vm, host);
  }
  bool is_right(Index vm, Index host) const { return is_open_[host] && !is_pinned_off(vm, host); }
  Index now(Index vm) const { return state_->vms[vm].host; }
  Index site_of(Index host) const { return state_->hosts[host].site; }
  // Hosts of one kind are equal to every VM as long as they are empty. Hosts that have a VM now are of a kind
  // of their own.
  Index kind_of(Index host) const { return kind_[host]; }
  size_t kinds() const { return kinds_; }

  const std::vector<Neighbour>& neighbours(Index vm) const { return neighbours_[vm]; }
  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<Index>& groups_of(Index vm) const { return groups_of_[vm]; }

  double latency(Index a, Index b) const { return latency_[a * sites_ + b]; }  // of sites
  double bandwidth(Index a, Index b) const { return bandwidth_[a * sites_ + b]; }

  // What `vm` adds on `host`, or kNowhere, by itself, its move from where it is included.
  Score alone(Index vm, Index host) const;
  // What the pair adds; a part of `alone` in kind. Either may be nowhere: nothing then.
  Score pair(const Neighbour& neighbour, Index host, Index other) const;
  // What a host adds by itself once it has a VM: nothing where it is in use anyway.
  Score open_cost(Index host) const;
  // What a host adds to the balance with so many busy cores: the square of its use, weighed by its cores.
  double load_term(Index host, double demand) const {
    return kBalanceUnit * demand * demand / state_->hosts[host].cores / all_cores_;
  }
  // By how much a host is too full, which no plan makes worse: 0 but where it is so now.
  double excess(Index host, const Size& load) const {
    return std::max(0.0, load.cores / (capacity_[host].cores + 1e-9) - 1 - 1e-9) +
           std::max(0.0, load.memory / (capacity_[host].memory + 1e-6) - 1 - 1e-9);
  }
  // By how many of the VMs a together or an apart is broken in these places, by VM.
  size_t breaches(ConstraintKind kind, Scope scope, const std::vector<Index>& vms,
                  const std::vector<Index>& places) const;
  // The move of `vm` to `host`, alone on its way.
  Migration migration(Index vm, Index from, Index host) const;
  // What a move adds to each objective.
  Score move_cost(Index vm, Index from, Index to, const Migration& migration) const;

 private:
  void index_links();
  void index_hosts();
  void index_kinds();
  void index_vms(const std::vector<bool>& kept);
  void index_traffic();
  void index_constraint(const Constraint& constraint);
  void pin(const Constraint& constraint);

  const State* state_;
  size_t sites_;
  std::array<size_t, kObjectives> level_{};
  std::vector<Size> size_, room_, capacity_;
  std::vector<bool> is_open_, is_fixed_;
  std::vector<Index> pin_, kind_;
  size_t kinds_ = 0;
  double all_cores_ = 0;
  std::vector<std::vector<bool>> pins_;
  std::vector<std::vector<Neighbour>> neighbours_;
  std::vector<Group> groups_;
  std::vector<std::vector<Index>> groups_of_;
  std::vector<double> latency_, bandwidth_;
};

}  // namespace attune::placement
