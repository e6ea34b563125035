// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/tally.h"

#include <algorithm>

namespace attune::placement {

Tally::Tally(const Problem& problem)
    : problem_(problem),
      place_(problem.vms(), kNowhere),
      load_(problem.hosts()),
      demand_(problem.hosts()),
      count_(problem.hosts()),
      group_places_(problem.groups().size()) {
  size_t size = 0;
  for (const Group& group : problem.groups()) {
    group_base_.push_back(size);
    size += group.scope == Scope::kHost ? problem.hosts() : problem.state().sites.size();
  }
  group_counts_.resize(size);
  std::vector<Index> now;
  for (Index vm = 0; vm < problem.vms(); ++vm) now.push_back(problem.now(vm));
  restore(now);
}

void Tally::clear() {
  std::ranges::fill(place_, kNowhere);
  std::ranges::fill(load_, Size{});
  std::ranges::fill(demand_, 0);
  std::ranges::fill(count_, 0U);
  std::ranges::fill(group_counts_, 0U);
  std::ranges::fill(group_places_, 0U);
  score_ = {};
  moves_ = 0;
  for (Index vm = 0; vm < problem_.vms(); ++vm) {
    score_ += problem_.alone(vm, kNowhere);
    moves_ += problem_.now(vm) != kNowhere;  // all begin nowhere, and come back to where they are: no moves
  }
}

bool Tally::is_moved(Index vm, Index host) const {
  return problem_.now(vm) != kNowhere && problem_.now(vm) != host;
}

bool Tally::can_place(Index vm, Index host) const {
  if (host == place_[vm]) return true;
  if (host == kNowhere) return problem_.now(vm) == kNowhere;
  if (!problem_.may_be(vm, host)) return false;
  if (!(load_[host] + problem_.size(vm)).fits(problem_.room(host))) return false;
  const auto& budget = problem_.state().budget;
  return !budget || !is_moved(vm, host) || is_moved(vm, place_[vm]) || moves_ < *budget;
}

double Tally::group_delta(const Group& group, Index index, Index from, Index to) const {
  const Index a = from == kNowhere ? kNowhere : group_place(group, from);
  const Index b = to == kNowhere ? kNowhere : group_place(group, to);
  if (a == b) return 0;
  const int closed = a != kNowhere && group_count(index, a) == 1;
  const int opened = b != kNowhere && group_count(index, b) == 0;
  if (group.kind == ConstraintKind::kApart)  // members less places
    return group.weight * ((b != kNowhere) - (a != kNowhere) + closed - opened);
  const int before = static_cast<int>(group_places_[index]), after = before + opened - closed;
  return group.weight * (std::max(0, after - 1) - std::max(0, before - 1));
}

Score Tally::delta(Index vm, Index host) const {
  Score delta;
  const Index from = place_[vm];
  if (from == host) return delta;
  const Score before = problem_.alone(vm, from), after = problem_.alone(vm, host);
  for (size_t i = 0; i < kLevels; ++i) delta[i] = after[i] - before[i];
  for (const Neighbour& neighbour : problem_.neighbours(vm)) {
    const Index other = place_[neighbour.vm];
    const Score was = problem_.pair(neighbour, from, other), is = problem_.pair(neighbour, host, other);
    for (size_t i = kFirstObjective; i < kSecondsLevel; ++i) delta[i] += is[i] - was[i];
  }
  for (const Index group : problem_.groups_of(vm))
    delta[problem_.groups()[group].level] += group_delta(problem_.groups()[group], group, from, host);
  if (from != kNowhere && count_[from] == 1) {
    const Score cost = problem_.open_cost(from);
    for (size_t i = kFirstObjective; i < kSecondsLevel; ++i) delta[i] -= cost[i];
  }
  if (host != kNowhere && count_[host] == 0) delta += problem_.open_cost(host);
  const Size& size = problem_.size(vm);
  if (from != kNowhere) {
    const Size left = count_[from] == 1 ? Size{} : load_[from] - size;
    delta[kHardLevel] += problem_.excess(from, left) - problem_.excess(from, load_[from]);
  }
  if (host != kNowhere)
    delta[kHardLevel] += problem_.excess(host, load_[host] + size) - problem_.excess(host, load_[host]);
  if (const size_t level = problem_.level_of(Objective::kBalance)) {
    const double demand = problem_.state().vms[vm].demand;
    if (from != kNowhere)
      delta[level] +=
          problem_.load_term(from, demand_[from] - demand) - problem_.load_term(from, demand_[from]);
    if (host != kNowhere)
      delta[level] +=
          problem_.load_term(host, demand_[host] + demand) - problem_.load_term(host, demand_[host]);
  }
  return delta;
}

void Tally::place_at(Index vm, Index host) {
  const Index from = place_[vm];
  if (from == host) return;
  score_ += delta(vm, host);
  count_in_groups(vm, from, host);
  if (from != kNowhere) {
    load_[from] -= problem_.size(vm);
    demand_[from] -= problem_.state().vms[vm].demand;
    if (--count_[from] == 0) load_[from] = {}, demand_[from] = 0;  // no rounding is carried on
  }
  if (host != kNowhere) {
    load_[host] += problem_.size(vm);
    demand_[host] += problem_.state().vms[vm].demand;
    ++count_[host];
  }
  moves_ += is_moved(vm, host);
  moves_ -= is_moved(vm, from);
  place_[vm] = host;
}

void Tally::count_in_groups(Index vm, Index from, Index to) {
  for (const Index index : problem_.groups_of(vm)) {
    const Group& group = problem_.groups()[index];
    if (from != kNowhere && --group_count(index, group_place(group, from)) == 0) --group_places_[index];
    if (to != kNowhere && group_count(index, group_place(group, to))++ == 0) ++group_places_[index];
  }
}

void Tally::restore(const std::vector<Index>& places) {
  clear();
  for (Index vm = 0; vm < places.size(); ++vm) place_at(vm, places[vm]);
}

void Tally::take_back(Index vm, const Score& before) {
  place_at(vm, kNowhere);
  score_ = before;
}

}  // namespace attune::placement
