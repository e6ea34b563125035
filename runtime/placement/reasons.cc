// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/reasons.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace attune::placement {

namespace {

constexpr double kMib = 1024.0 * 1024;

// Why nobody new may come to a host.
std::string why_closed(const State& state, Index index) {
  const Host& host = state.hosts[index];
  const Site& site = state.sites[host.site];
  if (host.is_in_maintenance) return fmt::format("host {} is in maintenance", host.name);
  if (host.available_until && *host.available_until < state.now + state.horizon)
    return fmt::format("host {} is available for less than the horizon", host.name);
  return fmt::format("site {} is available for less than the horizon", site.name);
}

std::string words_of(Objective objective, double gain, const Problem& problem, Index from) {
  switch (objective) {
    case Objective::kRunTime:
      return fmt::format("{:.4g} s less computing and waiting", gain);
    case Objective::kCost:
      return fmt::format("{:.4g} cheaper", gain);
    case Objective::kUseOfResources:
      // Whether fewer are in use depends on the other moves too: one may have been switched on for it.
      return fmt::format("host {} is left empty", problem.state().hosts[from].name);
    case Objective::kBalance:
      return fmt::format("load better spread over {} hosts", problem.hosts());
  }
  return {};
}

// The VMs whose host or site it shares now and did not before, those first that it talks with most.
std::string closer_to(const Problem& problem, const Tally& tally, const Move& move) {
  std::vector<std::pair<double, std::string>> closer;
  for (const Neighbour& one : problem.neighbours(move.vm)) {
    const double was =
        problem.pair(one, move.from, tally.place(one.vm))[problem.level_of(Objective::kRunTime)];
    const double is = problem.pair(one, move.to, tally.place(one.vm))[problem.level_of(Objective::kRunTime)];
    if (is < was) closer.emplace_back(is - was, problem.state().vms[one.vm].name);
  }
  std::ranges::sort(closer);
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min<size_t>(3, closer.size()); ++i) names.push_back(closer[i].second);
  return names.empty() ? std::string() : fmt::format("closer to {}", fmt::join(names, ", "));
}

class Search {
 public:
  Search(const Problem& problem, const Tally& tally)
      : problem_(problem), tally_(tally), state_(problem.state()) {}

  std::string why_nowhere(Index vm) const {
    size_t closed = 0, pinned = 0, small = 0, full = 0, constrained = 0;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (!problem_.is_open(host))
        ++closed;
      else if (problem_.is_pinned_off(vm, host))
        ++pinned;
      else if (!problem_.size(vm).fits(problem_.capacity(host)))
        ++small;
      else if (!(tally_.load(host) + problem_.size(vm)).fits(problem_.capacity(host)))
        ++full;
      else
        ++constrained;
    }
    std::vector<std::string> parts;
    const auto add = [&](size_t count, std::string_view words) {
      if (count > 0) parts.push_back(fmt::format("{} {}", count, words));
    };
    add(closed, "in maintenance or not available for the horizon");
    add(pinned, fmt::format("excluded by {}", fmt::join(pins_of(vm), ", ")));
    add(small, "too small");
    add(full, "too full");
    add(constrained, fmt::format("excluded by {}", others_of(vm)));
    return fmt::format("it needs {:.4g} cores and {:.6g} MiB; of {} hosts: {}", problem_.size(vm).cores,
                       problem_.size(vm).memory / kMib, problem_.hosts(), fmt::join(parts, ", "));
  }

  std::string why_fixed(Index vm) const {
    const Vm& one = state_.vms[vm];
    if (!one.may_move) return "it may not move";
    if (one.moved_at && state_.now - *one.moved_at < state_.rest)
      return fmt::format("it rests for {:.6g} s more after its last move (rest_s)",
                         state_.rest - (state_.now - *one.moved_at));
    return {};
  }

  std::string why_staying(Index vm) const {
    const std::string fixed = why_fixed(vm);
    if (!fixed.empty()) return fixed;
    const auto& budget = state_.budget;
    if (budget && tally_.moves() >= *budget) return fmt::format("the budget of {} moves is used up", *budget);
    return why_nowhere(vm);
  }

  // What its VMs take, the largest of them first, and what would help.
  std::string why_full(Index host) const {
    std::vector<Index> vms;
    for (Index vm = 0; vm < problem_.vms(); ++vm)
      if (tally_.place(vm) == host) vms.push_back(vm);
    const auto share = [&](Index vm) {
      const Size& capacity = problem_.capacity(host);
      return std::max(problem_.size(vm).cores / (capacity.cores + 1e-9),
                      problem_.size(vm).memory / (capacity.memory + 1e-6));
    };
    std::ranges::stable_sort(vms, std::ranges::greater(), share);
    std::vector<std::string> names;
    for (size_t i = 0; i < std::min<size_t>(3, vms.size()); ++i) {
      const std::string fixed = why_fixed(vms[i]);
      names.push_back(state_.vms[vms[i]].name + (fixed.empty() ? "" : fmt::format(" ({})", fixed)));
    }
    if (vms.size() > names.size()) names.push_back(fmt::format("{} more", vms.size() - names.size()));
    const Size &load = tally_.load(host), &room = problem_.capacity(host);
    return fmt::format(
        "its VMs take {:.4g} cores of {:.4g} and {:.6g} MiB of {:.6g}, and not enough of them can leave: {}; "
        "give "
        "another host room for one of them, or let one move that may not",
        load.cores, room.cores, load.memory / kMib, room.memory / kMib, fmt::join(names, ", "));
  }

  std::vector<std::string> pins_of(Index vm) const {
    std::vector<std::string> pins;
    for (size_t i = 0; i < state_.constraints.size(); ++i)
      if (state_.constraints[i].kind == ConstraintKind::kPin &&
          std::ranges::count(state_.constraints[i].vms, vm) > 0)
        pins.push_back(fmt::format("/constraints/{}", i));
    return pins;
  }

 private:
  std::string others_of(Index vm) const {
    std::vector<std::string> all;
    for (size_t i = 0; i < state_.constraints.size(); ++i) {
      const Constraint& one = state_.constraints[i];
      if (one.kind != ConstraintKind::kPin && one.is_hard && std::ranges::count(one.vms, vm) > 0)
        all.push_back(fmt::format("/constraints/{}", i));
    }
    return all.empty() ? "what else must have a place" : fmt::format("{}", fmt::join(all, ", "));
  }

  const Problem& problem_;
  const Tally& tally_;
  const State& state_;
};

std::string stays_of(const Search& search, const State& state, const Constraint& constraint) {
  std::vector<std::string> parts;
  for (const Index vm : constraint.vms)
    if (const std::string fixed = search.why_fixed(vm); !fixed.empty() && parts.size() < 3)
      parts.push_back(fmt::format("{}: {}", state.vms[vm].name, fixed));
  return parts.empty() ? "capacities, pins and the budget leave no other placement that was found"
                       : fmt::format("{}", fmt::join(parts, "; "));
}

}  // namespace

std::string reason_of(const Problem& problem, const Tally& tally, const Move& move) {
  const State& state = problem.state();
  if (move.kind == MoveKind::kDetour) return "makes room on the way, for a while";
  std::vector<std::string> parts;
  if (move.kind == MoveKind::kStart) {
    parts.emplace_back("it had no host");
  } else if (!problem.is_open(move.from)) {
    parts.push_back(why_closed(state, move.from));
  } else if (problem.is_pinned_off(move.vm, move.from)) {
    parts.push_back(fmt::format("{} pins it", fmt::join(Search(problem, tally).pins_of(move.vm), ", ")));
  }
  const Index from = problem.now(move.vm);
  if (from != kNowhere) {
    const Score back = tally.delta(move.vm, from);
    if (back[kHardLevel] > 0 && parts.empty())
      parts.emplace_back("it must, by a hard constraint or for capacity");
    if (back[kSoftLevel] > 0) parts.emplace_back("a soft constraint is kept");
    for (const Objective objective : state.objectives) {
      const double unit = objective == Objective::kBalance ? kBalanceUnit : 1;
      const double gain = back[problem.level_of(objective)] / unit;
      if (gain > 1e-6) parts.push_back(words_of(objective, gain, problem, from));
    }
  }
  if (problem.level_of(Objective::kRunTime) > 0 && from != kNowhere)
    if (std::string closer = closer_to(problem, tally, move); !closer.empty())
      parts.push_back(std::move(closer));
  if (parts.empty()) parts.emplace_back("goes with others that move, which together gain");
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::vector<Obstacle> obstacles_of(const Problem& problem, const Tally& tally,
                                   const std::vector<Index>& stuck) {
  const State& state = problem.state();
  const Search search(problem, tally);
  std::vector<Obstacle> all;
  for (Index vm = 0; vm < problem.vms(); ++vm) {
    const std::string place = fmt::format("/vms/{}", vm);
    const Index host = tally.place(vm);
    if (host == kNowhere) {
      all.push_back({place, fmt::format("{} has no place", state.vms[vm].name), search.why_nowhere(vm)});
    } else if (!problem.is_right(vm, host)) {
      const std::string why = problem.is_open(host)
                                  ? fmt::format("{} pins it elsewhere", fmt::join(search.pins_of(vm), ", "))
                                  : why_closed(state, host);
      const bool is_stuck = std::ranges::find(stuck, vm) != stuck.end();
      all.push_back(
          {place, fmt::format("{} stays on {}, though {}", state.vms[vm].name, state.hosts[host].name, why),
           is_stuck ? "there is no room on the way for its move" : search.why_staying(vm)});
    }
  }
  for (Index host = 0; host < problem.hosts(); ++host)
    if (problem.excess(host, tally.load(host)) > 0)
      all.push_back({fmt::format("/hosts/{}", host), fmt::format("{} is too full", state.hosts[host].name),
                     search.why_full(host)});
  for (size_t i = 0; i < state.constraints.size(); ++i) {
    const Constraint& one = state.constraints[i];
    if (one.kind != ConstraintKind::kPin && one.is_hard &&
        problem.breaches(one.kind, one.scope, one.vms, tally.places()) > 0)
      all.push_back({fmt::format("/constraints/{}", i),
                     fmt::format("its VMs cannot be {}", name_of(one.kind)), stays_of(search, state, one)});
  }
  return all;
}

}  // namespace attune::placement
