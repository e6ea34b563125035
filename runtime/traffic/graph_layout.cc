// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/graph_layout.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace attune::traffic {
namespace {

constexpr int kSteps = 300;
constexpr double kFirstStep = 0.1;  // how far a node goes at most, which falls to nothing
constexpr double kClosest = 1e-4;   // two nodes in one place push each other away all the same
constexpr double kGravity = 0.6;    // to the middle, so that who talks to nobody stays in the picture
constexpr double kGroupPull = 0.4;  // to the middle of one's group

Point operator-(const Point& a, const Point& b) {
  return {a.x - b.x, a.y - b.y};
}
void push(Point& force, const Point& way, double amount) {
  force.x += way.x * amount;
  force.y += way.y * amount;
}

// On a circle, group by group.
std::vector<Point> start(const Partition& partition) {
  std::vector<uint32_t> order(partition.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return partition[a] < partition[b]; });
  std::vector<Point> points(partition.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(order.size());
    points[order[i]] = {0.5 - 0.4 * std::cos(angle), 0.5 - 0.4 * std::sin(angle)};
  }
  return points;
}

class Forces {
 public:
  Forces(const Partition& partition, const std::vector<Pair>& pairs)
      : partition_(partition),
        pairs_(pairs),
        distance_(0.9 / std::sqrt(static_cast<double>(std::max<size_t>(partition.size(), 1)))) {
    for (const Pair& pair : pairs) most_ = std::max(most_, pair.amount);
  }

  std::vector<Point> on(const std::vector<Point>& points) const {
    std::vector<Point> forces(points.size());
    for (size_t a = 0; a < points.size(); ++a)
      for (size_t b = a + 1; b < points.size(); ++b) {
        const Point way = points[a] - points[b];
        const double square = std::max(way.x * way.x + way.y * way.y, kClosest);
        push(forces[a], way, distance_ * distance_ / square);
        push(forces[b], way, -distance_ * distance_ / square);
      }
    for (const Pair& pair : pairs_) {
      const Point way = points[pair.to] - points[pair.from];
      const double pull = std::hypot(way.x, way.y) / distance_ * std::sqrt(pair.amount / most_);
      push(forces[pair.from], way, pull);
      push(forces[pair.to], way, -pull);
    }
    pull_together(points, forces);
    return forces;
  }

 private:
  void pull_together(const std::vector<Point>& points, std::vector<Point>& forces) const {
    std::vector<Point> middles(points.size());
    std::vector<double> counts(points.size());
    for (size_t i = 0; i < points.size(); ++i) {
      push(middles[partition_[i]], points[i], 1);
      ++counts[partition_[i]];
    }
    for (size_t i = 0; i < points.size(); ++i) {
      const double count = counts[partition_[i]];
      const Point middle{middles[partition_[i]].x / count, middles[partition_[i]].y / count};
      push(forces[i], middle - points[i], kGroupPull);
      push(forces[i], Point{0.5, 0.5} - points[i], kGravity);
    }
  }

  const Partition& partition_;
  const std::vector<Pair>& pairs_;
  double distance_;
  double most_ = 0;
};

// So that they fill the square from 0 to 1; a single one stands in the middle.
void fit(std::vector<Point>& points) {
  for (double Point::*axis : {&Point::x, &Point::y}) {
    const auto [least, most] = std::minmax_element(
        points.begin(), points.end(), [&](const Point& a, const Point& b) { return a.*axis < b.*axis; });
    if (least == points.end()) return;
    const double low = (*least).*axis, range = (*most).*axis - low;
    for (Point& point : points) point.*axis = range > kClosest ? (point.*axis - low) / range : 0.5;
  }
}

}  // namespace

std::vector<Point> graph_layout(const Partition& partition, const std::vector<Pair>& pairs) {
  const Partition groups = numbered(partition);
  const Forces forces(groups, pairs);
  std::vector<Point> points = start(groups);
  for (int step = 0; step < kSteps; ++step) {
    const double farthest = kFirstStep * (1 - static_cast<double>(step) / kSteps);
    const std::vector<Point> pushed = forces.on(points);
    for (size_t i = 0; i < points.size(); ++i) {
      const double length = std::hypot(pushed[i].x, pushed[i].y);
      push(points[i], pushed[i], std::min(farthest, length) / std::max(length, kClosest * kClosest));
    }
  }
  fit(points);
  return points;
}

}  // namespace attune::traffic
