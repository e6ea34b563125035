// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/sequence.h"

#include <algorithm>
#include <map>

namespace attune::placement {

std::string_view name_of(MoveKind kind) {
  switch (kind) {
    case MoveKind::kStart:
      return "start";
    case MoveKind::kMove:
      return "move";
    case MoveKind::kDetour:
      return "temporary";
  }
  return "move";
}

namespace {

class Sequencer {
 public:
  Sequencer(const Problem& problem, const std::vector<Index>& places, bool in_turn)
      : problem_(problem),
        target_(places),
        in_turn_(in_turn),
        load_(problem.hosts()),
        had_detour_(problem.vms()) {
    for (Index vm = 0; vm < problem.vms(); ++vm) {
      at_.push_back(problem.now(vm));
      if (at_[vm] != kNowhere) load_[at_[vm]] += problem.size(vm);
      if (places[vm] != at_[vm]) waiting_.push_back(vm);
    }
    if (problem.state().budget) {
      left_ = *problem.state().budget;
      for (const Index vm : waiting_) left_ -= at_[vm] != kNowhere;
    }
    // Those that must leave go first, then those of one group together.
    std::ranges::stable_sort(waiting_, [&](Index a, Index b) { return rank(a) < rank(b); });
  }

  Sequence run() {
    Sequence sequence;
    while (!waiting_.empty()) {
      Step step = next_step();
      if (step.empty()) step = detour();
      if (step.empty()) break;
      finish(step);
      sequence.steps.push_back(std::move(step));
    }
    sequence.stuck = waiting_;
    return sequence;
  }

 private:
  std::pair<bool, Index> rank(Index vm) const {
    const bool may_stay = at_[vm] == kNowhere || problem_.is_right(vm, at_[vm]);
    const auto& groups = problem_.groups_of(vm);
    return {may_stay, groups.empty() ? kNowhere : groups[0]};
  }

  Step next_step() {
    begin_step();
    Step step;
    std::vector<Index> later;
    for (const Index vm : waiting_) {
      const bool is_start = at_[vm] == kNowhere;
      if (!may_go(vm, target_[vm])) {
        later.push_back(vm);
        continue;
      }
      note(vm, target_[vm]);
      step.push_back({is_start ? MoveKind::kStart : MoveKind::kMove, vm, at_[vm], target_[vm], {}});
    }
    waiting_ = std::move(later);
    return step;
  }

  void begin_step() {
    peak_ = load_;
    arriving_.clear();
    on_host_.clear();
    on_link_.clear();
    migrations_ = 0;
  }

  // With all of the step that is under way on both ends.
  bool may_go(Index vm, Index to) const {
    if (!(peak_[to] + problem_.size(vm)).fits(problem_.capacity(to))) return false;
    return has_line(vm, to) && keeps_apart(vm, to);
  }

  bool has_line(Index vm, Index to) const {
    if (at_[vm] == kNowhere) return true;
    if (in_turn_ && migrations_ > 0) return false;
    const auto count = [](const auto& counts, const auto& key) {
      const auto at = counts.find(key);
      return at == counts.end() ? 0U : at->second;
    };
    if (count(on_host_, at_[vm]) >= kMovesPerHost || count(on_host_, to) >= kMovesPerHost) return false;
    return !crosses(at_[vm], to) || count(on_link_, link(at_[vm], to)) < kMovesPerLink;
  }

  bool crosses(Index from, Index to) const { return problem_.site_of(from) != problem_.site_of(to); }
  std::pair<Index, Index> link(Index from, Index to) const {
    return std::minmax(problem_.site_of(from), problem_.site_of(to));
  }

  // No other of a hard apart is where it goes, or on its way to or from there; unless that is so now already,
  // or the placement itself has it so.
  bool keeps_apart(Index vm, Index to) const {
    for (const Index index : problem_.groups_of(vm)) {
      const Group& group = problem_.groups()[index];
      if (group.kind != ConstraintKind::kApart || group.level != kHardLevel) continue;
      for (const Index other : group.vms) {
        if (other == vm || is_same(group, target_[other], target_[vm])) continue;
        if (is_same(group, at_[other], at_[vm]) && at_[vm] != kNowhere) continue;
        const auto arriving = arriving_.find(other);
        if (is_same(group, at_[other], to) ||
            (arriving != arriving_.end() && is_same(group, arriving->second, to)))
          return false;
      }
    }
    return true;
  }

  bool is_same(const Group& group, Index a, Index b) const {
    if (a == kNowhere || b == kNowhere) return false;
    return group.scope == Scope::kHost ? a == b : problem_.site_of(a) == problem_.site_of(b);
  }

  void note(Index vm, Index to) {
    peak_[to] += problem_.size(vm);
    arriving_[vm] = to;
    if (at_[vm] == kNowhere) return;
    ++migrations_;
    ++on_host_[at_[vm]];
    ++on_host_[to];
    if (crosses(at_[vm], to)) ++on_link_[link(at_[vm], to)];
  }

  // One of those that wait goes to a temporary place, so that another can come: the smallest that helps.
  Step detour() {
    if (problem_.state().budget && left_ == 0) return {};
    begin_step();
    std::vector<Index> order = waiting_;
    std::ranges::stable_sort(
        order, [&](Index a, Index b) { return problem_.size(a).memory < problem_.size(b).memory; });
    for (const Index vm : order) {
      if (at_[vm] == kNowhere || had_detour_[vm] || !helps(vm)) continue;
      const Index to = temporary_place(vm);
      if (to == kNowhere) continue;
      had_detour_[vm] = true;
      --left_;
      note(vm, to);
      return {{MoveKind::kDetour, vm, at_[vm], to, {}}};
    }
    return {};
  }

  bool helps(Index vm) const {
    return std::ranges::any_of(waiting_,
                               [&](Index other) { return other != vm && target_[other] == at_[vm]; });
  }

  Index temporary_place(Index vm) const {
    Index best = kNowhere;
    double least = 0;
    for (Index host = 0; host < problem_.hosts(); ++host) {
      if (host == at_[vm] || host == target_[vm] || !problem_.is_right(vm, host) || !may_go(vm, host))
        continue;
      const double time =
          problem_.migration(vm, at_[vm], host).duration + problem_.migration(vm, host, target_[vm]).duration;
      if (best != kNowhere && time >= least) continue;
      best = host;
      least = time;
    }
    return best;
  }

  void finish(Step& step) {
    for (Move& move : step) {
      predict_shared(move);
      if (move.from != kNowhere) load_[move.from] -= problem_.size(move.vm);
      load_[move.to] += problem_.size(move.vm);
      at_[move.vm] = move.to;
    }
  }

  void predict_shared(Move& move) const {
    if (move.from == kNowhere) return;
    const Index a = problem_.site_of(move.from), b = problem_.site_of(move.to);
    const uint32_t shared = crosses(move.from, move.to)
                                ? on_link_.at(link(move.from, move.to))
                                : std::max(on_host_.at(move.from), on_host_.at(move.to));
    const Vm& vm = problem_.state().vms[move.vm];
    move.predicted =
        predict(vm.memory, vm.dirty_rate, problem_.bandwidth(a, b) / shared, problem_.latency(a, b));
  }

  const Problem& problem_;
  const std::vector<Index>& target_;
  const bool in_turn_;
  std::vector<Index> at_, waiting_;
  std::vector<Size> load_, peak_;
  std::vector<bool> had_detour_;
  std::map<Index, Index> arriving_;
  std::map<Index, uint32_t> on_host_;
  std::map<std::pair<Index, Index>, uint32_t> on_link_;
  size_t migrations_ = 0;
  uint64_t left_ = 0;  // of the budget
};

}  // namespace

Sequence order_moves(const Problem& problem, const std::vector<Index>& places, bool in_turn) {
  return Sequencer(problem, places, in_turn).run();
}

}  // namespace attune::placement
