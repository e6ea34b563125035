// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/plan.h"

#include <algorithm>

#include "runtime/placement/bound.h"
#include "runtime/placement/exact.h"
#include "runtime/placement/reasons.h"
#include "runtime/placement/search.h"

namespace attune::placement {

namespace {

constexpr double kLeastOfBalance = 1e-4;  // that counts: problem.h

double unit_of(Objective objective) {
  return objective == Objective::kBalance ? kBalanceUnit : 1;
}

// A placement with its order of moves, and what both cost as they would really go.
struct Course {
  std::vector<Index> places, stuck;
  Sequence sequence;
  Score net, own;
};

class Planner {
 public:
  Planner(const State& state, const Options& options)
      : state_(state), options_(options), problem_(state), stay_(problem_) {}

  Plan run() {
    Found found = solve(problem_);
    Course course = course_of(found.places, false);
    if (!is_better(course.net, stay_.score())) course = course_of(found.places, true);
    if (!is_better(course.net, stay_.score())) course = starts_only();
    plan_.work += found.work;
    // What was proven is the placement that was found, not what is left of it without the moves that are
    // stuck or do not pay.
    if (course.places != found.places) plan_.is_proven = false;
    fill(course, found);
    return std::move(plan_);
  }

 private:
  Found solve(const Problem& problem) {
    const bool is_small = problem.vms() <= kMostExactVms && problem.hosts() <= kMostExactHosts;
    Found found = search(problem, is_small ? std::min<uint64_t>(options_.work, 60'000) : options_.work,
                         state_.seed, options_.stop);
    if (!is_small) return found;
    const Proof proof = prove(problem, found, options_.nodes, options_.stop);
    plan_.is_exact = true;
    plan_.is_proven = proof.is_proven;
    return proof.best;
  }

  Course course_of(std::vector<Index> places, bool in_turn) const {
    Course course;
    course.sequence = order_moves(problem_, places, in_turn);
    while (!course.sequence.stuck.empty()) {
      const auto& stuck = course.sequence.stuck;
      course.stuck.insert(course.stuck.end(), stuck.begin(), stuck.end());
      give_up(stuck, places);
      course.sequence = order_moves(problem_, places, in_turn);
    }
    Tally tally(problem_);
    tally.restore(places);
    course.net = tally.score();
    for (Index vm = 0; vm < places.size(); ++vm)
      if (const Index now = problem_.now(vm); now != kNowhere && places[vm] != now)
        add(course.net, problem_.move_cost(vm, now, places[vm], problem_.migration(vm, now, places[vm])), -1);
    for (const Step& step : course.sequence.steps)
      for (const Move& move : step)
        if (move.from != kNowhere)
          add(course.own, problem_.move_cost(move.vm, move.from, move.to, move.predicted), 1);
    course.net += course.own;
    course.places = std::move(places);
    return course;
  }

  static void add(Score& sum, const Score& one, double sign) {
    for (size_t i = 0; i < kLevels; ++i) sum[i] += sign * one[i];
  }

  // The stuck stay where they are, and so does who would have taken their room, or has to be with them or
  // away from them.
  void give_up(const std::vector<Index>& stuck, std::vector<Index>& places) const {
    for (const Index vm : stuck) places[vm] = problem_.now(vm);
    for (bool is_changed = true; is_changed;) {
      is_changed = stay_with_groups(places);
      std::vector<Size> load(problem_.hosts());
      for (Index vm = 0; vm < places.size(); ++vm)
        if (places[vm] != kNowhere) load[places[vm]] += problem_.size(vm);
      for (Index vm = 0; vm < places.size(); ++vm) {
        const Index host = places[vm];
        if (host == problem_.now(vm) || load[host].fits(problem_.room(host))) continue;
        load[host] -= problem_.size(vm);
        places[vm] = problem_.now(vm);
        is_changed = true;
      }
    }
  }

  size_t breaches(const Group& group, const std::vector<Index>& places) const {
    return problem_.breaches(group.kind, group.scope, group.vms, places);
  }

  // Those of a hard constraint that is broken now and was not stay too, so that it is as it was.
  bool stay_with_groups(std::vector<Index>& places) const {
    bool is_changed = false;
    for (const Group& group : problem_.groups()) {
      if (group.level != kHardLevel) continue;
      if (breaches(group, places) <= breaches(group, stay_.places())) continue;
      for (const Index vm : group.vms) {
        is_changed = is_changed || places[vm] != problem_.now(vm);
        places[vm] = problem_.now(vm);
      }
    }
    return is_changed;
  }

  // Nobody moves; who has no host gets one.
  Course starts_only() {
    std::vector<bool> kept;
    for (Index vm = 0; vm < problem_.vms(); ++vm) kept.push_back(problem_.now(vm) != kNowhere);
    if (std::ranges::find(kept, false) == kept.end()) return course_of(stay_.places(), false);
    const Problem fixed(state_, kept);
    const bool was_proven = plan_.is_proven;
    const Found found = solve(fixed);
    plan_.is_proven = was_proven && plan_.is_proven;
    plan_.work += found.work;
    return course_of(found.places, false);
  }

  void fill(const Course& course, const Found& found) {
    Tally tally(problem_);
    tally.restore(course.places);
    plan_.places = course.places;
    for (const Step& step : course.sequence.steps) {
      plan_.steps.emplace_back();
      for (const Move& move : step) plan_.steps.back().push_back({move, reason_of(problem_, tally, move)});
    }
    plan_.obstacles = obstacles_of(problem_, tally, course.stuck);
    std::vector<bool> is_used(problem_.hosts());  // at the end, or on the way
    for (const Step& step : course.sequence.steps)
      for (const Move& move : step) is_used[move.to] = true;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      const bool is_switched_on = is_used[host] && !state_.hosts[host].is_on;
      if (is_switched_on) plan_.power_on.push_back(host);
      if (tally.count(host) == 0 && (stay_.count(host) > 0 || is_switched_on))
        plan_.power_off.push_back(host);
    }
    plan_.is_comparable = std::ranges::none_of(state_.vms, [](const Vm& vm) { return vm.host == kNowhere; });
    for (const Objective objective : state_.objectives)
      plan_.changes.push_back(change_of(objective, course, found));
    std::erase_if(plan_.power_off, [&](Index host) { return state_.hosts[host].is_in_use; });
  }

  Change change_of(Objective objective, const Course& course, const Found& found) const {
    const size_t level = problem_.level_of(objective);
    const double unit = unit_of(objective), net = course.net[level];
    Change change{objective, stay_.score()[level] / unit, (net - course.own[level]) / unit,
                  course.own[level] / unit};
    change.bound = bound_of(problem_, objective).value / unit;
    if (!plan_.is_proven || level != kFirstObjective) return change;
    // What is proven of the balance is that nothing is better by as much as counts.
    const double less = objective == Objective::kBalance ? kLeastOfBalance : 0;
    change.bound = std::max(change.bound, found.score[level] / unit - less);
    return change;
  }

  const State& state_;
  const Options& options_;
  const Problem problem_;
  const Tally stay_;
  Plan plan_;
};

}  // namespace

Plan plan(const State& state, const Options& options) {
  return Planner(state, options).run();
}

}  // namespace attune::placement
