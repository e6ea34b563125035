// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/exact.h"

#include <algorithm>

#include "runtime/placement/node_bound.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

namespace {

// Of balances, the most that compare() (score.h) takes for equal, but for roundings, and the least that it
// does not.
constexpr double kTie = 1e-9 * (1 - 1e-6), kGain = 1e-9 * (1 + 1e-6);

class Prover {
 public:
  Prover(const Problem& problem, const Found& known, const Aim& aim, uint64_t limit, std::stop_token stop)
      : problem_(problem),
        aim_(aim),
        limit_(limit),
        stop_(std::move(stop)),
        best_(known),
        tally_(problem),
        bound_(problem, aim) {
    tally_.restore(std::vector<Index>(problem.vms(), kNowhere));
    order();
    find_alike();
    bound_.begin(order_, tally_);
  }

  double least_balance() { return bound_.least_balance(tally_, best_.score[kHardLevel]); }

  Proof run() {
    descend(0);
    best_.work += nodes_;
    return {best_, nodes_ < limit_};
  }

 private:
  // Who has one place first; where balance counts, then who has most demand; who talks most with those before
  // it, and who is large.
  void order() {
    Size all{1e-9, 1e-9};
    double traffic = 1e-300;
    for (Index vm = 0; vm < problem_.vms(); ++vm) {
      all += problem_.size(vm);
      for (size_t i = 0; i < problem_.neighbours(vm).size(); ++i) traffic += bound_.weight(vm, i);
    }
    std::vector<double> value(problem_.vms());
    for (Index vm = 0; vm < problem_.vms(); ++vm) {
      value[vm] = problem_.size(vm).cores / all.cores + problem_.size(vm).memory / all.memory;
      for (size_t i = 0; i < problem_.neighbours(vm).size(); ++i) value[vm] += bound_.weight(vm, i) / traffic;
      if (problem_.level_of(Objective::kBalance)) value[vm] += 10 * problem_.state().vms[vm].demand;
      if (problem_.is_fixed(vm)) value[vm] += kFixedFirst;
    }
    std::vector<bool> is_taken(problem_.vms());
    while (order_.size() < problem_.vms()) {
      Index next = kNowhere;
      for (Index vm = 0; vm < problem_.vms(); ++vm)
        if (!is_taken[vm] && (next == kNowhere || value[vm] > value[next])) next = vm;
      is_taken[next] = true;
      order_.push_back(next);
      for (size_t i = 0; i < problem_.neighbours(next).size(); ++i)
        value[problem_.neighbours(next)[i].vm] += 4 * bound_.weight(next, i) / traffic;
    }
  }

  // By host the first that is its equal as long as as much is on both, for who counts no site and no move.
  void find_alike() {
    const bool is_only_balance = aim_.is_least() &&
                                 problem_.level_of(Objective::kBalance) == kFirstObjective &&
                                 problem_.groups().empty() && !problem_.state().budget;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      Index first = 0;
      while (first < host && !(is_only_balance && is_equal_host(first, host))) ++first;
      alike_.push_back(first);
    }
  }

  bool is_equal_host(Index a, Index b) const {
    if (!problem_.is_open(a) || !problem_.is_open(b)) return false;
    if (problem_.state().hosts[a].cores != problem_.state().hosts[b].cores) return false;
    for (Index vm = 0; vm < problem_.vms(); ++vm)
      if (problem_.is_pinned_off(vm, a) != problem_.is_pinned_off(vm, b)) return false;
    return is_equal(problem_.room(a), problem_.room(b)) &&
           is_equal(problem_.capacity(a), problem_.capacity(b));
  }

  static bool is_equal(const Size& a, const Size& b) {
    return placement::is_equal(a.cores, b.cores) && placement::is_equal(a.memory, b.memory);
  }

  bool is_alike(Index a, Index b) const {
    return alike_[a] == alike_[b] && is_equal(tally_.load(a), tally_.load(b)) &&
           placement::is_equal(tally_.demand(a), tally_.demand(b));
  }

  void descend(size_t depth) {
    if (stop_.stop_requested()) limit_ = nodes_;
    if (++nodes_ >= limit_) return;
    if (depth == order_.size()) {
      if (is_better(aim_.seen(tally_.score()), aim_.seen(best_.score))) {
        best_.score = tally_.score();
        best_.places = tally_.places();
      }
      return;
    }
    if (!bound_.may_improve(tally_, depth, best_.score)) return;
    const Index vm = order_[depth];
    const Score before = tally_.score();
    for (const Choice& choice : choices(vm, depth)) {
      if (nodes_ >= limit_) return;
      tally_.place_at(vm, choice.host);
      bound_.place(vm, choice.host);
      descend(depth + 1);
      bound_.take_back(vm, choice.host);
      tally_.take_back(vm, before);
    }
  }

  struct Choice {
    Score delta;
    Index host;
    double priced = 0;  // in the first level that comes after balance
  };

  std::vector<Choice> choices(Index vm, size_t depth) {
    std::vector<Choice> all;
    std::vector<bool> is_kind_seen(problem_.kinds());
    const Index twin = twin_before(vm, depth);
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (twin != kNowhere && host < tally_.place(twin)) continue;
      if (!problem_.may_be(vm, host) || !(tally_.load(host) + problem_.size(vm)).fits(problem_.room(host)))
        continue;
      if (!is_within_budget(vm, host)) continue;
      if (std::ranges::any_of(all, [&](const Choice& one) { return is_alike(one.host, host); })) continue;
      // Of equal hosts that are empty the first stands for all.
      if (tally_.count(host) == 0) {
        if (is_kind_seen[problem_.kind_of(host)]) continue;
        is_kind_seen[problem_.kind_of(host)] = true;
      }
      all.push_back({tally_.delta(vm, host), host});
      if (aim_.is_within()) all.back().priced = bound_.priced(level_after_balance(), vm, host);
    }
    std::ranges::stable_sort(all, [&](const Choice& a, const Choice& b) {
      if (aim_.is_within()) return a.priced < b.priced;
      return is_better(a.delta, b.delta);
    });
    if (problem_.now(vm) == kNowhere) all.push_back({{}, kNowhere});
    return all;
  }

  size_t level_after_balance() const {
    const size_t next = problem_.level_of(Objective::kBalance) + 1;
    return next < kFirstObjective + problem_.state().objectives.size() ? next : kSecondsLevel;
  }

  // Those that are not placed yet count as moves in the Tally, since they are not where they are now.
  bool is_within_budget(Index vm, Index host) const {
    const auto& budget = problem_.state().budget;
    if (!budget || problem_.now(vm) == kNowhere || problem_.now(vm) == host) return true;
    size_t moved = 1;
    for (const Index other : order_) {
      if (other == vm) break;
      moved += problem_.now(other) != kNowhere && tally_.place(other) != problem_.now(other);
    }
    return moved <= *budget;
  }

  // One just like it, decided just before: of the two, it takes the later host.
  Index twin_before(Index vm, size_t depth) const {
    if (depth == 0) return kNowhere;
    const Index other = order_[depth - 1];
    const Vm &a = problem_.state().vms[vm], &b = problem_.state().vms[other];
    const bool is_equal = a.cores == b.cores && a.memory == b.memory && a.demand == b.demand &&
                          a.dirty_rate == b.dirty_rate && a.host == b.host &&
                          problem_.is_fixed(vm) == problem_.is_fixed(other) &&
                          problem_.pin_set(vm) == problem_.pin_set(other);
    const bool is_free = problem_.neighbours(vm).empty() && problem_.neighbours(other).empty() &&
                         problem_.groups_of(vm).empty() && problem_.groups_of(other).empty();
    return is_equal && is_free && tally_.place(other) != kNowhere ? other : kNowhere;
  }

  static constexpr double kFixedFirst = 1e6;
  const Problem& problem_;
  const Aim aim_;
  uint64_t limit_;  // of nodes; those there are, once it is to stop
  const std::stop_token stop_;
  uint64_t nodes_ = 0;
  Found best_;
  Tally tally_;
  NodeBound bound_;
  std::vector<Index> order_, alike_;
};

// The two searches where balance is an objective: see aim.h.
class BalanceProver {
 public:
  BalanceProver(const Problem& problem, uint64_t work, const std::stop_token& stop)
      : problem_(problem),
        level_(problem.level_of(Objective::kBalance)),
        stay_(Tally(problem).score()),
        work_(work),
        stop_(stop) {}

  Proof run(const Found& known) {
    const Proof balanced = find_least(known);
    const double most = balanced.is_proven ? most_of(balanced.best.score) : balanced.best.score[level_];
    const Aim aim = Aim::within(level_, most * (1 + 1e-12));
    Found start = balanced.best;
    if (is_better(aim.seen(known.score), aim.seen(start.score)))
      start = {known.places, known.score, balanced.best.work};
    Proof proof = prove(start, aim, known.work + work_);
    proof.is_proven = proof.is_proven && balanced.is_proven;
    return proof;
  }

 private:
  Proof prove(const Found& from, const Aim& aim, uint64_t until) const {
    return Prover(problem_, from, aim, until - std::min(until, from.work), stop_).run();
  }

  // Levels before the balance may become better on the way, and make it worse.
  Proof find_least(const Found& known) {
    Proof proof{known};
    Score before;
    do {
      before = proof.best.score;
      least_ = Prover(problem_, proof.best, Aim(), 0, stop_).least_balance();
      proof = prove(proof.best, Aim::least(level_, enough(before)), known.work + work_ / 2);
    } while (proof.is_proven && !is_equal_before_balance(before, proof.best.score));
    return proof;
  }

  bool is_equal_before_balance(const Score& a, const Score& b) const {
    for (size_t i = 0; i < level_; ++i)
      if (!is_equal(a[i], b[i])) return false;
    return true;
  }

  // Nothing is a gain over what has no more than this; over things as they stand it is one.
  double enough(const Score& best) const { return below_stay(best, least_ + kTie); }

  double most_of(const Score& best) const {
    if (best[level_] <= enough(best)) return enough(best);
    return std::max(best[level_], below_stay(best, best[level_] + kTie));
  }

  double below_stay(const Score& best, double most) const {
    const bool may_stay = is_equal_before_balance(stay_, best);
    return may_stay && stay_[level_] > most ? std::min(most, stay_[level_] - kGain) : most;
  }

  const Problem& problem_;
  const size_t level_;
  const Score stay_;
  const uint64_t work_;
  const std::stop_token stop_;
  double least_ = 0;  // no placement that is as good before the balance has less of it
};

}  // namespace

Proof prove(const Problem& problem, const Found& known, uint64_t work, std::stop_token stop) {
  if (problem.level_of(Objective::kBalance)) return BalanceProver(problem, work, stop).run(known);
  return Prover(problem, known, Aim(), work, std::move(stop)).run();
}

}  // namespace attune::placement
