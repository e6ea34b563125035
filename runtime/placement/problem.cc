// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/problem.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace attune::placement {

namespace {

constexpr double kGib = 1024.0 * 1024 * 1024, kHour = 3600;

bool is_leaving(const State& state, const std::optional<double>& until) {
  return until && *until < state.now + state.horizon;
}

}  // namespace

Problem::Problem(const State& state, const std::vector<bool>& kept)
    : state_(&state),
      sites_(state.sites.size()),
      pin_(state.vms.size(), kNowhere),
      neighbours_(state.vms.size()),
      groups_of_(state.vms.size()) {
  for (size_t i = 0; i < state.objectives.size(); ++i)
    level_[static_cast<size_t>(state.objectives[i])] = kFirstObjective + i;
  index_links();
  index_hosts();
  index_vms(kept);
  index_traffic();
  for (const Constraint& constraint : state.constraints) index_constraint(constraint);
  index_kinds();
}

void Problem::index_links() {
  latency_.resize(sites_ * sites_);
  bandwidth_.resize(sites_ * sites_, 1);
  for (size_t i = 0; i < sites_; ++i) {
    latency_[i * sites_ + i] = state_->sites[i].latency;
    bandwidth_[i * sites_ + i] = state_->sites[i].bandwidth;
  }
  for (const Link& link : state_->links) {
    latency_[link.a * sites_ + link.b] = latency_[link.b * sites_ + link.a] = link.latency;
    bandwidth_[link.a * sites_ + link.b] = bandwidth_[link.b * sites_ + link.a] = link.bandwidth;
  }
}

void Problem::index_hosts() {
  std::vector<Size> taken(state_->hosts.size());
  for (const Vm& vm : state_->vms)
    if (vm.host != kNowhere) taken[vm.host] += Size{vm.cores, vm.memory};
  for (Index i = 0; i < state_->hosts.size(); ++i) {
    const Host& host = state_->hosts[i];
    all_cores_ += host.cores;
    Size capacity{host.cores * host.cpu_overcommit, host.memory * host.memory_overcommit};
    if (host.free_cores) capacity.cores = std::min(capacity.cores, *host.free_cores + taken[i].cores);
    if (host.free_memory) capacity.memory = std::min(capacity.memory, *host.free_memory + taken[i].memory);
    capacity_.push_back(capacity);
    room_.push_back({std::max(capacity.cores, taken[i].cores), std::max(capacity.memory, taken[i].memory)});
    is_open_.push_back(!host.is_in_maintenance && !is_leaving(*state_, host.available_until) &&
                       !is_leaving(*state_, state_->sites[host.site].available_until));
  }
}

void Problem::index_vms(const std::vector<bool>& kept) {
  for (Index i = 0; i < state_->vms.size(); ++i) {
    const Vm& vm = state_->vms[i];
    size_.push_back({vm.cores, vm.memory});
    const bool rests = vm.moved_at && state_->now - *vm.moved_at < state_->rest;
    is_fixed_.push_back(vm.host != kNowhere && (!vm.may_move || rests || (!kept.empty() && kept[i])));
  }
}

void Problem::index_traffic() {
  std::map<std::pair<Index, Index>, Neighbour> pairs;
  for (const Traffic& one : state_->traffic) {
    Neighbour& there = pairs[{one.from, one.to}];
    there.messages += one.messages, there.bytes_out += one.bytes;
    Neighbour& back = pairs[{one.to, one.from}];
    back.messages += one.messages, back.bytes_in += one.bytes;
  }
  for (auto& [vms, neighbour] : pairs) {
    neighbour.vm = vms.second;
    neighbours_[vms.first].push_back(neighbour);
  }
}

void Problem::index_constraint(const Constraint& constraint) {
  if (constraint.kind == ConstraintKind::kPin) return pin(constraint);
  const auto index = static_cast<Index>(groups_.size());
  // However many VMs find a right place by it, a constraint is not broken for them.
  const auto breach = static_cast<double>(vms() + 1);
  groups_.push_back({constraint.kind, constraint.scope, constraint.is_hard ? kHardLevel : kSoftLevel,
                     constraint.is_hard ? breach : constraint.weight, constraint.vms});
  for (const Index vm : constraint.vms) groups_of_[vm].push_back(index);
}

size_t Problem::breaches(ConstraintKind kind, Scope scope, const std::vector<Index>& vms,
                         const std::vector<Index>& places) const {
  size_t placed = 0;
  std::set<Index> different;
  for (const Index vm : vms) {
    if (places[vm] == kNowhere) continue;
    ++placed;
    different.insert(scope == Scope::kHost ? places[vm] : site_of(places[vm]));
  }
  if (kind == ConstraintKind::kApart) return placed - different.size();
  return different.empty() ? 0 : different.size() - 1;
}

void Problem::pin(const Constraint& constraint) {
  std::vector<bool> within(state_->hosts.size());
  for (const Index host : constraint.hosts) within[host] = true;
  for (Index host = 0; host < within.size(); ++host)
    if (std::ranges::find(constraint.sites, site_of(host)) != constraint.sites.end()) within[host] = true;
  std::map<Index, Index> narrowed;  // by the set that the VM had before
  for (const Index vm : constraint.vms) {
    const auto [at, is_new] = narrowed.emplace(pin_[vm], static_cast<Index>(pins_.size()));
    if (is_new) {
      std::vector<bool> both = within;
      if (pin_[vm] != kNowhere)
        for (size_t i = 0; i < both.size(); ++i) both[i] = both[i] && pins_[pin_[vm]][i];
      pins_.push_back(std::move(both));
    }
    pin_[vm] = at->second;
  }
}

void Problem::index_kinds() {
  std::vector<bool> is_used(hosts());
  for (const Vm& vm : state_->vms)
    if (vm.host != kNowhere) is_used[vm.host] = true;
  using Key = std::tuple<Index, double, double, double, double, double, bool, bool, std::vector<bool>, Index>;
  std::map<Key, Index> kinds;
  for (Index i = 0; i < hosts(); ++i) {
    const Host& host = state_->hosts[i];
    std::vector<bool> pins;
    for (const std::vector<bool>& pin : pins_) pins.push_back(pin[i]);
    const Key key{
        host.site,  host.cores,  capacity_[i].cores, capacity_[i].memory, host.core_speed,
        host.price, is_open_[i], host.is_in_use,     std::move(pins),     is_used[i] ? i : kNowhere};
    kind_.push_back(kinds.emplace(key, static_cast<Index>(kinds.size())).first->second);
  }
  kinds_ = kinds.size();
}

Migration Problem::migration(Index vm, Index from, Index host) const {
  const Vm& moved = state_->vms[vm];
  const Index a = site_of(from), b = site_of(host);
  return predict(moved.memory, moved.dirty_rate, bandwidth(a, b), latency(a, b));
}

Score Problem::move_cost(Index vm, Index from, Index to, const Migration& migration) const {
  Score cost;
  const Vm& moved = state_->vms[vm];
  if (const size_t level = level_of(Objective::kRunTime))
    cost[level] = moved.demand * (migration.downtime + kSlowdown * (migration.duration - migration.downtime));
  const Index site = site_of(from);
  if (const size_t level = level_of(Objective::kCost); level && site != site_of(to))
    cost[level] = migration.traffic / kGib * state_->sites[site].traffic_price;
  cost[kSecondsLevel] = migration.duration;
  cost[kMovesLevel] = 1;
  return cost;
}

Score Problem::alone(Index vm, Index host) const {
  Score score;
  if (host == kNowhere) {
    score[kHardLevel] = 1;
    return score;
  }
  if (now(vm) != kNowhere && now(vm) != host)
    score = move_cost(vm, now(vm), host, migration(vm, now(vm), host));
  if (!is_right(vm, host)) score[kHardLevel] = 1;
  if (const size_t level = level_of(Objective::kRunTime))
    score[level] += state_->vms[vm].demand / state_->hosts[host].core_speed * state_->horizon;
  if (const size_t level = level_of(Objective::kCost))
    score[level] += state_->sites[site_of(host)].vm_price * state_->horizon / kHour;
  return score;
}

Score Problem::pair(const Neighbour& neighbour, Index host, Index other) const {
  Score score;
  if (host == other || host == kNowhere || other == kNowhere) return score;
  const Index a = site_of(host), b = site_of(other);
  if (const size_t level = level_of(Objective::kRunTime))
    score[level] =
        (neighbour.messages * latency(a, b) + (neighbour.bytes_out + neighbour.bytes_in) / bandwidth(a, b)) *
        state_->horizon;
  if (const size_t level = level_of(Objective::kCost); level && a != b)
    score[level] = (neighbour.bytes_out * state_->sites[a].traffic_price +
                    neighbour.bytes_in * state_->sites[b].traffic_price) *
                   state_->horizon / kGib;
  return score;
}

Score Problem::open_cost(Index host) const {
  Score score;
  if (state_->hosts[host].is_in_use) return score;
  if (const size_t level = level_of(Objective::kCost))
    score[level] =
        (state_->sites[site_of(host)].host_price + state_->hosts[host].price) * state_->horizon / kHour;
  if (const size_t level = level_of(Objective::kUseOfResources)) score[level] = 1;
  return score;
}

}  // namespace attune::placement
