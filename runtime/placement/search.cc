// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/search.h"

#include <algorithm>
#include <utility>

#include "runtime/placement/packing.h"
#include "runtime/placement/random.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

namespace {

constexpr size_t kAllHosts = 64;   // up to so many hosts are all looked at for each VM,
constexpr size_t kSomeHosts = 24;  // else so many at random, beside those of whom it has to do with
constexpr size_t kMates = 16;
constexpr size_t kMostRuined = 8;

class Search {
 public:
  Search(const Problem& problem, uint64_t limit, uint64_t seed, std::stop_token stop)
      : problem_(problem),
        limit_(limit),
        stop_(std::move(stop)),
        random_(seed),
        tally_(problem),
        seen_(problem.kinds()) {
    for (Index vm = 0; vm < problem.vms(); ++vm)
      if (!problem.is_fixed(vm)) movable_.push_back(vm);
  }

  Found run() {
    best_ = tally_.places();
    best_score_ = tally_.score();
    if (may_pack()) {
      pack(problem_, tally_, random_);
      place_the_unplaced();
      if (is_complete()) settle(limit_ / 2);
      tally_.restore(best_);
    }
    place_the_unplaced();
    settle(work_ + limit_ / 4);
    ruin_and_recreate();
    drop_what_does_not_pay();
    tally_.restore(best_);
    return {best_, tally_.score(), work_};
  }

 private:
  bool may_go_on(uint64_t until) const { return work_ < until && !stop_.stop_requested(); }

  // Single moves and the emptying of hosts, until they gain nothing more or so much work is done.
  void settle(uint64_t until) {
    until_ = until;
    bool goes_on = true;
    while (may_go_on(until_) && goes_on) {
      goes_on = move_singly();
      goes_on = empty_hosts() || goes_on;
    }
    keep();
  }

  void keep() {
    if (!is_complete() || !is_better(tally_.score(), best_score_)) return;
    best_ = tally_.places();
    best_score_ = tally_.score();
  }

  // Nobody was taken from where it is and is now nowhere, nor moved beyond the budget.
  bool is_complete() const {
    const auto& budget = problem_.state().budget;
    if (budget && tally_.moves() > *budget) return false;
    return std::ranges::all_of(
        movable_, [&](Index vm) { return tally_.place(vm) != kNowhere || problem_.now(vm) == kNowhere; });
  }

  bool may_pack() const {
    const auto& budget = problem_.state().budget;
    const Objective first = problem_.state().objectives[0];
    return movable_.size() > 1 && (!budget || *budget >= movable_.size()) &&
           (first == Objective::kCost || first == Objective::kUseOfResources);
  }

  // --- one VM ---

  // The best of the candidates, of equal ones the fullest; where the VM is if none is better. `is_full` looks
  // at every host.
  Index best_host(Index vm, bool is_full) {
    Index best = tally_.place(vm);
    Score best_delta;
    double least_room = 0;
    candidates(vm, is_full);
    for (const Index host : candidates_) {
      if (host == tally_.place(vm) || !tally_.can_place(vm, host)) continue;
      ++work_;
      const Score delta = tally_.delta(vm, host);
      const double room = problem_.room(host).cores - tally_.load(host).cores;
      Score difference;
      for (size_t i = 0; i < kLevels; ++i) difference[i] = delta[i] - best_delta[i];
      const bool is_equal = best != tally_.place(vm) && !is_gain(difference, tally_.score()) &&
                            room < least_room && compare(delta, best_delta) == 0;
      if (!is_equal && !is_gain(difference, tally_.score())) continue;
      best = host;
      best_delta = delta;
      least_room = room;
    }
    return best;
  }

  void candidates(Index vm, bool is_full) {
    candidates_.clear();
    if (is_full || problem_.hosts() <= kAllHosts) {
      ++round_;
      for (Index host = 0; host < problem_.hosts(); ++host) {
        if (tally_.count(host) == 0 && std::exchange(seen_[problem_.kind_of(host)], round_) == round_)
          continue;
        candidates_.push_back(host);
      }
      return;
    }
    const auto add = [&](Index host) {
      if (host != kNowhere) candidates_.push_back(host);
    };
    add(problem_.now(vm));
    for (size_t i = 0; i < std::min(kMates, problem_.neighbours(vm).size()); ++i)
      add(tally_.place(problem_.neighbours(vm)[random_.below(problem_.neighbours(vm).size())].vm));
    for (const Index group : problem_.groups_of(vm)) {
      const auto& vms = problem_.groups()[group].vms;
      add(tally_.place(vms[random_.below(vms.size())]));
    }
    for (size_t i = 0; i < kSomeHosts; ++i) add(static_cast<Index>(random_.below(problem_.hosts())));
  }

  void place_the_unplaced() {
    std::vector<Index> unplaced;
    for (const Index vm : movable_)
      if (tally_.place(vm) == kNowhere) unplaced.push_back(vm);
    std::ranges::stable_sort(unplaced, [&](Index a, Index b) {
      return problem_.size(a).cores + problem_.size(a).memory / kGib >
             problem_.size(b).cores + problem_.size(b).memory / kGib;
    });
    // With many hosts a few are looked at first, with the others where none of them will do.
    for (const Index vm : unplaced) {
      tally_.place_at(vm, best_host(vm, false));
      if (tally_.place(vm) == kNowhere) tally_.place_at(vm, best_host(vm, true));
    }
  }

  bool move_singly() {
    bool is_moved = false;
    std::vector<Index> order = movable_;
    random_.shuffle(order);
    for (const Index vm : order) {
      if (!may_go_on(until_)) break;
      // Where a host is wrong for it, every other is looked at.
      const Index place = tally_.place(vm);
      const Index host = best_host(vm, place == kNowhere || !problem_.is_right(vm, place));
      is_moved = is_moved || host != place;
      tally_.place_at(vm, host);
    }
    return is_moved;
  }

  // --- hosts ---

  // Tries to switch off one host after the other, the least used first.
  bool empty_hosts() {
    if (problem_.level_of(Objective::kCost) == 0 && problem_.level_of(Objective::kUseOfResources) == 0)
      return false;
    std::vector<std::vector<Index>> on(problem_.hosts());
    for (Index vm = 0; vm < problem_.vms(); ++vm)
      if (tally_.place(vm) != kNowhere) on[tally_.place(vm)].push_back(vm);
    std::vector<Index> hosts;
    for (Index host = 0; host < problem_.hosts(); ++host)
      if (!on[host].empty()) hosts.push_back(host);
    std::ranges::stable_sort(hosts, [&](Index a, Index b) { return on[a].size() < on[b].size(); });
    bool is_any = false;
    for (const Index host : hosts) {
      if (!may_go_on(until_)) break;
      std::vector<Index> leaving;
      for (Index vm = 0; vm < on[host].size(); ++vm)
        if (tally_.place(on[host][vm]) == host) leaving.push_back(on[host][vm]);
      is_any = try_without(host, leaving) || is_any;
      for (const Index vm : leaving)
        if (tally_.place(vm) != kNowhere && tally_.place(vm) != host) on[tally_.place(vm)].push_back(vm);
    }
    return is_any;
  }

  bool try_without(Index host, std::vector<Index> leaving) {
    std::ranges::stable_sort(
        leaving, [&](Index a, Index b) { return problem_.size(a).memory > problem_.size(b).memory; });
    const Score before = tally_.score();
    std::vector<Index> done;
    for (const Index vm : leaving) {
      const Index to = tightest_open(vm, host);
      if (to == kNowhere) break;
      tally_.place_at(vm, to);
      done.push_back(vm);
    }
    if (done.size() == leaving.size() && is_better(tally_.score(), before)) return true;
    for (const Index vm : done) tally_.place_at(vm, host);
    return false;
  }

  Index tightest_open(Index vm, Index without) {
    Index best = kNowhere;
    double least = 0;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (host == without || tally_.count(host) == 0 || !tally_.can_place(vm, host)) continue;
      const double left =
          (problem_.room(host).cores - tally_.load(host).cores) / problem_.room(host).cores +
          (problem_.room(host).memory - tally_.load(host).memory) / problem_.room(host).memory;
      if (best != kNowhere && left >= least) continue;
      best = host;
      least = left;
    }
    work_ += problem_.hosts() / 16 + 1;
    return best;
  }

  // --- several at once ---

  void ruin_and_recreate() {
    if (movable_.size() < 2) return;
    while (may_go_on(limit_)) {
      const Score before = tally_.score();
      std::vector<Index> ruined = related();
      std::vector<Index> were;
      for (const Index vm : ruined) were.push_back(tally_.place(vm));
      for (const Index vm : ruined) tally_.place_at(vm, kNowhere);
      recreate(ruined);
      work_ += ruined.size();
      if (is_complete() && compare(tally_.score(), before) <= 0) {
        keep();
        continue;
      }
      for (const Index vm : ruined) tally_.place_at(vm, kNowhere);
      for (size_t i = 0; i < ruined.size(); ++i) tally_.place_at(ruined[i], were[i]);
    }
    tally_.restore(best_);
  }

  // The first goes anywhere, so that those which follow it may find it good there.
  void recreate(std::vector<Index> ruined) {
    const bool is_led = random_.below(2) == 0;
    if (random_.below(2) == 0)
      std::ranges::stable_sort(
          ruined, [&](Index a, Index b) { return problem_.size(a).memory > problem_.size(b).memory; });
    for (size_t i = 0; i < ruined.size(); ++i) {
      const auto anywhere = static_cast<Index>(random_.below(problem_.hosts()));
      const bool leads = is_led && i == 0 && tally_.can_place(ruined[i], anywhere);
      tally_.place_at(ruined[i], leads ? anywhere : best_host(ruined[i], false));
    }
  }

  // A VM with some of its neighbours, of its groups, of its host, or with any.
  std::vector<Index> related() {
    const size_t size = 2 + random_.below(std::min(kMostRuined, movable_.size()) - 1);
    std::vector<Index> all{movable_[random_.below(movable_.size())]};
    for (size_t tries = 0; all.size() < size && tries < 4 * size; ++tries) {
      const Index vm = all[random_.below(all.size())];
      Index other = movable_[random_.below(movable_.size())];
      const auto& neighbours = problem_.neighbours(vm);
      const auto& groups = problem_.groups_of(vm);
      const size_t way = random_.below(3);
      if (way == 0 && !neighbours.empty()) other = neighbours[random_.below(neighbours.size())].vm;
      if (way == 1 && !groups.empty()) {
        const auto& vms = problem_.groups()[groups[random_.below(groups.size())]].vms;
        other = vms[random_.below(vms.size())];
      }
      if (!problem_.is_fixed(other) && std::ranges::find(all, other) == all.end()) all.push_back(other);
    }
    return all;
  }

  // Each move must be worth it by itself.
  void drop_what_does_not_pay() {
    for (bool is_changed = true; is_changed;) {
      is_changed = false;
      for (const Index vm : movable_) {
        const Index now = problem_.now(vm);
        if (now == kNowhere || tally_.place(vm) == now || !tally_.can_place(vm, now)) continue;
        if (!is_gain(tally_.delta(vm, now), tally_.score())) continue;
        tally_.place_at(vm, now);
        is_changed = true;
      }
    }
    keep();
  }

  static constexpr double kGib = 1024.0 * 1024 * 1024;
  const Problem& problem_;
  const uint64_t limit_;
  const std::stop_token stop_;
  uint64_t work_ = 0, until_ = 0, round_ = 0;
  Random random_;
  Tally tally_;
  std::vector<Index> movable_, best_, candidates_;
  std::vector<uint64_t> seen_;
  Score best_score_;
};

}  // namespace

Found search(const Problem& problem, uint64_t work, uint64_t seed, std::stop_token stop) {
  return Search(problem, work, seed, std::move(stop)).run();
}

}  // namespace attune::placement
