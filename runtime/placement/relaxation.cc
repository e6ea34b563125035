// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/relaxation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <tuple>

#include <Clp_C_Interface.h>

namespace attune::placement {

namespace {

constexpr size_t kMostSingly = 64;   // so many hosts, or VMs, are looked at each by itself,
constexpr size_t kMostGroups = 160;  // else they are grouped, the more roughly the more there are
constexpr int kMostIterations = 100'000;
constexpr double kNever = std::numeric_limits<double>::infinity();

// Of a finer or coarser scale of ratios; 0: as it is.
double rounded(double value, double ratio) {
  if (ratio == 0 || value <= 0) return value;
  return std::round(std::log(value) / ratio);
}

// Groups 0..count by a key that is made coarser until there are few enough groups.
template <class KeyOf>
std::vector<std::vector<Index>> grouped(size_t count, const KeyOf& key_of) {
  for (double ratio = 0;; ratio = ratio == 0 ? 0.02 : ratio * 2) {
    std::map<decltype(key_of(Index{}, ratio)), std::vector<Index>> groups;
    for (Index i = 0; i < count; ++i) groups[key_of(i, ratio)].push_back(i);
    if (groups.size() > kMostGroups && ratio < 4) continue;
    std::vector<std::vector<Index>> all;
    for (auto& [key, group] : groups) all.push_back(std::move(group));
    return all;
  }
}

// The program's columns, as Clp wants them.
class Columns {
 public:
  void begin(double cost, double most) {
    costs.push_back(cost);
    most_of.push_back(most);
    least.push_back(0);
  }
  void add(size_t row, double value) {
    rows.push_back(static_cast<int>(row));
    values.push_back(value);
  }
  void end() { starts.push_back(static_cast<int>(rows.size())); }

  std::vector<CoinBigIndex> starts{0};
  std::vector<int> rows;
  std::vector<double> values, least, most_of, costs;
};

class Relaxation {
 public:
  Relaxation(const Problem& problem, size_t level) : problem_(problem), level_(level) {
    group_hosts();
    group_vms();
    for (Index vm = 0; vm < problem.vms(); ++vm) total_ += problem.size(vm);
    total_.cores = std::max(total_.cores, 1e-9), total_.memory = std::max(total_.memory, 1e-9);
  }

  Relaxed run() {
    measure();
    Columns columns;
    add_hosts(columns);
    for (size_t sort = 0; sort < sorts(); ++sort) add_sort(sort, columns);
    solve(columns);
    return std::move(relaxed_);
  }

 private:
  size_t classes() const { return relaxed_.classes.size(); }
  size_t sorts() const { return relaxed_.sorts.size(); }
  size_t row_of(size_t of_class, size_t resource) const { return sorts() + of_class * 2 + resource; }

  void group_hosts() {
    const bool is_singly = problem_.hosts() <= kMostSingly;
    relaxed_.classes = grouped(problem_.hosts(), [&](Index index, double ratio) {
      const Host& host = problem_.state().hosts[index];
      const Size& room = problem_.room(index);
      return std::tuple(is_singly ? index : 0, host.site, problem_.is_open(index),
                        rounded(host.core_speed, ratio), rounded(room.cores, ratio),
                        rounded(room.memory, ratio), rounded(problem_.open_cost(index)[level_], ratio));
    });
    relaxed_.class_of.resize(problem_.hosts());
    for (Index i = 0; i < classes(); ++i) {
      std::ranges::stable_sort(relaxed_.classes[i], [&](Index a, Index b) {
        return problem_.state().hosts[a].core_speed > problem_.state().hosts[b].core_speed;
      });
      for (const Index host : relaxed_.classes[i]) relaxed_.class_of[host] = i;
    }
  }

  void group_vms() {
    const bool is_singly = problem_.vms() <= kMostSingly;
    relaxed_.sorts = grouped(problem_.vms(), [&](Index vm, double ratio) {
      const Index now = problem_.now(vm);
      const bool is_bound = now != kNowhere && (problem_.is_fixed(vm) || !problem_.is_open(now));
      return std::tuple(is_singly ? vm : 0, problem_.pin_set(vm), problem_.is_fixed(vm),
                        is_bound ? relaxed_.class_of[now] : kNowhere,
                        now == kNowhere ? kNowhere : problem_.site_of(now),
                        rounded(problem_.size(vm).cores, ratio), rounded(problem_.size(vm).memory, ratio));
    });
  }

  // Costs in such units that Clp's tolerances suit.
  void measure() {
    for (Index host = 0; host < problem_.hosts(); ++host)
      unit_ = std::max(unit_, problem_.open_cost(host)[level_]);
    costs_.assign(sorts() * classes(), kNever);
    double most = 0;
    for (size_t sort = 0; sort < sorts(); ++sort)
      for (Index one = 0; one < classes(); ++one) {
        const double cost = least_alone(problem_, relaxed_, relaxed_.sorts[sort].front(), one, level_);
        costs_[sort * classes() + one] = cost;
        if (cost != kNever) most = std::max(most, cost);
      }
    unit_ = std::max({unit_, most, 1e-300});
  }

  void add_hosts(Columns& columns) const {
    for (size_t one = 0; one < classes(); ++one) {
      Size room;
      double cost = 0;
      for (const Index host : relaxed_.classes[one]) {
        room += problem_.room(host);
        cost += problem_.open_cost(host)[level_];
      }
      const auto count = static_cast<double>(relaxed_.classes[one].size());
      columns.begin(cost / count / unit_, count);
      columns.add(row_of(one, 0), -room.cores / count / mean().cores);
      columns.add(row_of(one, 1), -room.memory / count / mean().memory);
      columns.end();
    }
  }

  void add_sort(size_t sort, Columns& columns) const {
    Size size;
    for (const Index vm : relaxed_.sorts[sort]) size += problem_.size(vm);
    const auto count = static_cast<double>(relaxed_.sorts[sort].size());
    for (size_t one = 0; one < classes(); ++one) {
      const double cost = costs_[sort * classes() + one];
      if (cost == kNever) continue;
      columns.begin(cost / unit_, count);
      columns.add(sort, 1);
      columns.add(row_of(one, 0), size.cores / count / mean().cores);
      columns.add(row_of(one, 1), size.memory / count / mean().memory);
      columns.end();
    }
    // What has no place has one that is dearer than any.
    columns.begin(kDear, count);
    columns.add(sort, 1);
    columns.end();
  }

  void solve(const Columns& columns) {
    const size_t rows = sorts() + 2 * classes();
    std::vector<double> least(rows, -std::numeric_limits<double>::max()), most(rows, 0);
    for (size_t sort = 0; sort < sorts(); ++sort)
      least[sort] = most[sort] = static_cast<double>(relaxed_.sorts[sort].size());
    relaxed_.prices.resize(classes());
    relaxed_.open.resize(classes());
    relaxed_.shares.resize(sorts() * classes());
    const std::unique_ptr<Clp_Simplex, decltype(&Clp_deleteModel)> model(Clp_newModel(), &Clp_deleteModel);
    Clp_setLogLevel(model.get(), 0);
    Clp_setMaximumIterations(model.get(), kMostIterations);
    Clp_loadProblem(model.get(), static_cast<int>(columns.costs.size()), static_cast<int>(rows),
                    columns.starts.data(), columns.rows.data(), columns.values.data(), columns.least.data(),
                    columns.most_of.data(), columns.costs.data(), least.data(), most.data());
    Clp_dual(model.get(), 0);
    if (Clp_status(model.get()) != 0) return;
    read(Clp_dualRowSolution(model.get()), Clp_primalColumnSolution(model.get()));
  }

  void read(const double* duals, const double* columns) {
    for (size_t one = 0; one < classes(); ++one)
      relaxed_.prices[one] = {price_of(duals[row_of(one, 0)]) / mean().cores,
                              price_of(duals[row_of(one, 1)]) / mean().memory};
    relaxed_.open.assign(columns, columns + classes());
    columns += classes();
    for (size_t sort = 0; sort < sorts(); ++sort, ++columns)  // its last column is that of no place
      for (size_t one = 0; one < classes(); ++one)
        if (costs_[sort * classes() + one] != kNever)
          relaxed_.shares[sort * classes() + one] = std::max(0.0, *columns++);
  }

  double price_of(double dual) const { return std::isfinite(dual) ? std::max(0.0, -dual) * unit_ : 0; }

  // Of a VM: sizes are told in it.
  Size mean() const {
    const auto count = static_cast<double>(std::max<size_t>(problem_.vms(), 1));
    return {total_.cores / count, total_.memory / count};
  }

  static constexpr double kDear = 1000;
  const Problem& problem_;
  const size_t level_;
  Relaxed relaxed_;
  std::vector<double> costs_;  // of a sort's first in a class
  Size total_;
  double unit_ = 0;
};

}  // namespace

double least_alone(const Problem& problem, const Relaxed& relaxed, Index vm, Index of_class, size_t level) {
  double least = kNever;
  for (const Index host : relaxed.classes[of_class]) {
    if (host == problem.now(vm) || !problem.may_be(vm, host)) continue;
    least = problem.alone(vm, host)[level];
    break;
  }
  const Index now = problem.now(vm);
  if (now != kNowhere && relaxed.class_of[now] == of_class)
    least = std::min(least, problem.alone(vm, now)[level]);
  return least;
}

Relaxed relax(const Problem& problem, size_t level) {
  return Relaxation(problem, level).run();
}

}  // namespace attune::placement
