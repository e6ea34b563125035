// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/exact.h"

#include <algorithm>
#include <limits>

#include "runtime/placement/bound.h"
#include "runtime/placement/node_bound.h"
#include "runtime/placement/tally.h"

namespace attune::placement {

namespace {

class Prover {
 public:
  Prover(const Problem& problem, const Found& known, uint64_t limit, std::stop_token stop)
      : problem_(problem),
        limit_(limit),
        stop_(std::move(stop)),
        best_(known),
        tally_(problem),
        bound_(problem) {
    for (Index vm = 0; vm < problem.vms(); ++vm) tally_.place_at(vm, kNowhere);
    order();
    bound_.begin(order_);
  }

  Proof run() {
    descend(0);
    best_.work += nodes_;
    return {best_, nodes_ < limit_};
  }

 private:
  // Who has one place first, then who talks most with those before it, and who is large.
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
      if (problem_.is_fixed(vm)) value[vm] += 100;
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

  void descend(size_t depth) {
    if (stop_.stop_requested()) limit_ = nodes_;
    if (++nodes_ >= limit_) return;
    if (depth == order_.size()) {
      if (is_better(tally_.score(), best_.score)) {
        best_.score = tally_.score();
        best_.places = tally_.places();
      }
      return;
    }
    if (!bound_.may_improve(tally_, depth, best_.score)) return;
    const Index vm = order_[depth];
    for (const Choice& choice : choices(vm, depth)) {
      if (nodes_ >= limit_) return;
      tally_.place_at(vm, choice.host);
      bound_.place(vm, choice.host);
      descend(depth + 1);
      bound_.take_back(vm, choice.host);
      tally_.place_at(vm, kNowhere);
    }
  }

  struct Choice {
    Score delta;
    Index host;
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
      // Of equal hosts that are empty the first stands for all.
      if (tally_.count(host) == 0) {
        if (is_kind_seen[problem_.kind_of(host)]) continue;
        is_kind_seen[problem_.kind_of(host)] = true;
      }
      all.push_back({tally_.delta(vm, host), host});
    }
    std::ranges::stable_sort(all,
                             [](const Choice& a, const Choice& b) { return is_better(a.delta, b.delta); });
    if (problem_.now(vm) == kNowhere) all.push_back({{}, kNowhere});
    return all;
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

  const Problem& problem_;
  uint64_t limit_;  // of nodes; those there are, once it is to stop
  const std::stop_token stop_;
  uint64_t nodes_ = 0;
  Found best_;
  Tally tally_;
  NodeBound bound_;
  std::vector<Index> order_;
};

}  // namespace

Proof prove(const Problem& problem, const Found& known, uint64_t work, std::stop_token stop) {
  return Prover(problem, known, work, std::move(stop)).run();
}

}  // namespace attune::placement
