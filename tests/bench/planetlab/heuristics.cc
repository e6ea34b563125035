// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/heuristics.h"

#include <algorithm>
#include <cmath>

#include "tests/bench/planetlab/statistics.h"

namespace attune::planetlab {

namespace {

constexpr double kThr = 0.8, kIqr = 1.5, kMad = 2.5, kLr = 1.2;
constexpr double kFallback = 0.7;  // as long as the history is too short
constexpr size_t kLeastHistory = 12, kRegressed = 10;

double wanted_of(const World& world, const std::vector<Index>& vms) {
  double wanted = 0;
  for (const Index vm : vms) wanted += world.vms()[vm].wanted;
  return wanted;
}

// What these VMs together used of the host, the newest first, back to the last time that they used any.
std::vector<double> history_of(const World& world, Index host, const std::vector<Index>& vms) {
  std::vector<double> history(kHistory);
  const double mips = world.hosts()[host].type->mips();
  for (const Index vm : vms) {
    const VmState& state = world.vms()[vm];
    for (size_t i = 0; i < state.history.size(); ++i)
      history[i] += state.history[i] * state.type->mips / mips;
  }
  while (!history.empty() && history.back() == 0) history.pop_back();
  return history;
}

// By the trend of the last values, what will be used when the longest migration is over.
bool is_overload_foreseen(const World& world, const std::vector<Index>& vms, std::vector<double> history) {
  history.resize(kRegressed);
  std::ranges::reverse(history);
  double memory = 0;
  for (const Index vm : vms) memory = std::max(memory, world.vms()[vm].type->memory);
  const double intervals = std::ceil(memory / kCopyRate / kInterval);
  return local_regression(history).at(static_cast<double>(kRegressed) + intervals) * kLr >= 1;
}

// Where VMs would be: what is tried while the moves of a step are chosen. The World stays as it is.
class Sketch {
 public:
  explicit Sketch(const World& world) : world_(world) {
    for (const HostState& host : world.hosts()) {
      vms_.push_back(host.vms);
      free_.push_back(0);
    }
    for (Index host = 0; host < vms_.size(); ++host) recount(host);
  }

  const std::vector<Index>& vms(Index host) const { return vms_[host]; }
  double free(Index host) const { return free_[host]; }
  double given(Index host) const { return world_.hosts()[host].type->mips() - free_[host]; }
  void add(Index vm, Index host) {
    vms_[host].push_back(vm);
    recount(host);
  }
  void remove(Index vm, Index host) {
    vms_[host].erase(std::ranges::find(vms_[host], vm));
    recount(host);
  }

 private:
  void recount(Index host) {
    const HostType& type = *world_.hosts()[host].type;
    double left = type.mips();
    for (const Index vm : vms_[host]) left -= std::min(type.core_mips, world_.vms()[vm].wanted);
    free_[host] = std::max(0.0, left);
  }

  const World& world_;
  std::vector<std::vector<Index>> vms_;
  std::vector<double> free_;
};

// The moves of one step.
class Step {
 public:
  Step(const World& world, Detector detector) : world_(world), detector_(detector), sketch_(world) {}

  std::vector<Order> run() {
    std::vector<bool> is_over(hosts());
    for (Index host = 0; host < hosts(); ++host) is_over[host] = is_overloaded(host);
    std::vector<Index> leaving;
    for (Index host = 0; host < hosts(); ++host)
      if (is_over[host]) relieve(host, leaving);
    by_wanted(leaving);
    for (const Index vm : leaving)
      if (const Index to = place_for(vm, is_over); to != kNowhere) order(vm, to);
    empty_hosts(is_over);
    return std::move(orders_);
  }

 private:
  size_t hosts() const { return world_.hosts().size(); }
  bool is_overloaded(Index host) const {
    return planetlab::is_overloaded(world_, host, sketch_.vms(host), detector_);
  }
  void by_wanted(std::vector<Index>& vms) const {
    std::ranges::stable_sort(
        vms, [&](Index a, Index b) { return world_.vms()[a].wanted > world_.vms()[b].wanted; });
  }
  void order(Index vm, Index to) {
    sketch_.add(vm, to);
    orders_.push_back({vm, to});
  }

  void relieve(Index host, std::vector<Index>& leaving) {
    do {
      const Index vm = select_mmt(world_, sketch_.vms(host));
      if (vm == kNowhere) return;
      leaving.push_back(vm);
      sketch_.remove(vm, host);
    } while (is_overloaded(host));
  }

  // Power-aware best fit: the host whose power increases least. What it gives now is taken for before, what
  // it would give with all that is to come there for after, as CloudSim does: so VMs are spread.
  Index place_for(Index vm, const std::vector<bool>& excluded) {
    Index best = kNowhere;
    double least = 0;
    const double wanted = world_.vms()[vm].wanted;
    for (Index host = 0; host < hosts(); ++host) {
      const HostState& state = world_.hosts()[host];
      if (excluded[host] || state.type->core_mips < wanted || sketch_.free(host) < wanted) continue;
      const double given = sketch_.given(host);
      const double more = state.type->power((given + wanted) / state.type->mips()) -
                          state.type->power(state.used / state.type->mips());
      if (best != kNowhere && more >= least) continue;
      if (given > 0 && would_be_overloaded(vm, host)) continue;
      best = host;
      least = more;
    }
    return best;
  }

  bool would_be_overloaded(Index vm, Index host) const {
    std::vector<Index> vms = sketch_.vms(host);
    vms.push_back(vm);
    return planetlab::is_overloaded(world_, host, vms, detector_);
  }

  // One after the other, the least used first: its VMs go to hosts that are on and were not tried before. A
  // VM that was just sent to it is sent on from there: CloudSim counts that as two migrations.
  void empty_hosts(const std::vector<bool>& is_over) {
    std::vector<bool> is_no_target = is_over;
    for (Index host = 0; host < hosts(); ++host)
      if (world_.hosts()[host].used <= 0) is_no_target[host] = true;
    std::vector<bool> is_done = is_no_target;
    for (Index host = least_used(is_done); host != kNowhere; host = least_used(is_done)) {
      is_done[host] = is_no_target[host] = true;
      const size_t before = orders_.size();
      std::vector<Index> leaving = sketch_.vms(host);
      by_wanted(leaving);
      if (!place_all(leaving, is_no_target)) {
        for (; orders_.size() > before; orders_.pop_back())
          sketch_.remove(orders_.back().vm, orders_.back().to);
      }
      for (size_t i = before; i < orders_.size(); ++i) is_done[orders_[i].to] = true;
    }
  }

  bool place_all(const std::vector<Index>& vms, const std::vector<bool>& excluded) {
    for (const Index vm : vms) {
      const Index to = place_for(vm, excluded);
      if (to == kNowhere) return false;
      order(vm, to);
    }
    return true;
  }

  Index least_used(const std::vector<bool>& excluded) const {
    Index best = kNowhere;
    double least = 1;
    for (Index host = 0; host < hosts(); ++host) {
      const double use = world_.hosts()[host].use();
      if (excluded[host] || use <= 0 || use >= least || sketch_.vms(host).empty()) continue;
      best = host;
      least = use;
    }
    return best;
  }

  const World& world_;
  const Detector detector_;
  Sketch sketch_;
  std::vector<Order> orders_;
};

class Heuristic : public Policy {
 public:
  explicit Heuristic(Detector detector) : detector_(detector) {}
  std::vector<Order> decide(const World& world) override { return Step(world, detector_).run(); }

 private:
  Detector detector_;
};

}  // namespace

std::optional<Detector> find_detector(std::string_view name) {
  if (name == "thr") return Detector::kThr;
  if (name == "iqr") return Detector::kIqr;
  if (name == "mad") return Detector::kMad;
  if (name == "lr") return Detector::kLr;
  return std::nullopt;
}

std::unique_ptr<Policy> heuristic(Detector detector) {
  return std::make_unique<Heuristic>(detector);
}

Index select_mmt(const World& world, const std::vector<Index>& vms) {
  Index best = kNowhere;
  for (const Index vm : vms)
    if (best == kNowhere || world.vms()[vm].type->memory < world.vms()[best].type->memory) best = vm;
  return best;
}

bool is_overloaded(const World& world, Index host, const std::vector<Index>& vms, Detector detector) {
  const double use = wanted_of(world, vms) / world.hosts()[host].type->mips();
  if (detector == Detector::kThr) return use > kThr;
  const std::vector<double> history = history_of(world, host, vms);
  if (detector == Detector::kLr)
    return history.size() < kRegressed ? use > kFallback : is_overload_foreseen(world, vms, history);
  if (history.size() < kLeastHistory) return use > kFallback;
  const double reserve = detector == Detector::kIqr ? kIqr * interquartile_range(history)
                                                    : kMad * median_absolute_deviation(history);
  return use > 1 - reserve;
}

}  // namespace attune::planetlab
