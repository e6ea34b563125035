// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/picture_graph.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/traffic/graph_layout.h"
#include "runtime/traffic/picture.h"

namespace attune::traffic {
namespace {

constexpr double kLeft = 120, kTop = 80, kField = 440, kRadius = 12;
constexpr double kLegendAt = kLeft + kField + 120, kWidth = kLegendAt + 240, kHeight = kTop + kField + 70;
constexpr const char* kGrey = "#8a8a8a";

struct Node {
  std::string name;
  bool is_vm = true;
  Knowledge known = Knowledge::kComplete;
  size_t group = 0;  // from 1; 0 is in none
};

const char* colour_of(size_t group) {
  return group == 0 ? kGrey : kGroupColours[(group - 1) % kGroupColours.size()];
}

double width_of_line(double amount, double most) {
  constexpr double kThinnest = 1, kThickest = 9;
  return kThinnest + (kThickest - kThinnest) * std::sqrt(amount / most);
}

class Graph {
 public:
  Graph(const PeriodMatrix& period, const Groups& groups, Measure by, std::string_view span)
      : period_(period), groups_(groups), by_(by), span_(span) {
    const std::vector<uint32_t> shown = busiest(period.matrix, kMostInPicture);
    take_nodes(shown);
    take_pairs(shown);
    Partition partition;
    for (uint32_t i = 0; i < nodes_.size(); ++i)
      partition.push_back(
          static_cast<uint32_t>(nodes_[i].group > 0 ? nodes_[i].group : groups.groups.size() + 1 + i));
    points_ = graph_layout(partition, pairs_);
  }

  std::string draw() const {
    const std::string title = fmt::format("Who exchanges {} with whom, {}", name_of(by_), span_);
    std::string text = lines();
    for (size_t i = 0; i < nodes_.size(); ++i) text += node(i);
    for (size_t i = 0; i < nodes_.size(); ++i) text += label(i);
    return svg_picture(kWidth, std::max(kHeight, legend_end()), title, text + legend());
  }

 private:
  void take_nodes(const std::vector<uint32_t>& shown) {
    std::map<std::string_view, size_t> numbers;
    for (size_t i = 0; i < groups_.groups.size(); ++i)
      for (const std::string& machine : groups_.groups[i].machines) numbers[machine] = i + 1;
    for (const uint32_t place : shown) {
      const Party& party = period_.matrix.parties[place];
      const auto number = numbers.find(party.name);
      nodes_.push_back({party.name, party.is_vm, knowledge_of(period_.matrix, party.name),
                        number == numbers.end() ? 0 : number->second});
    }
  }

  void take_pairs(const std::vector<uint32_t>& shown) {
    std::map<uint32_t, uint32_t> places;
    for (uint32_t i = 0; i < shown.size(); ++i) places[shown[i]] = i;
    std::map<std::pair<uint32_t, uint32_t>, double> sums;
    for (const Cell& cell : period_.matrix.cells) {
      const auto from = places.find(cell.from), to = places.find(cell.to);
      const double amount = amount_of(cell.volume, by_);
      if (from == places.end() || to == places.end() || from == to || !(amount > 0)) continue;
      sums[std::minmax(from->second, to->second)] += amount;
    }
    for (const auto& [pair, amount] : sums) {
      pairs_.push_back({pair.first, pair.second, amount});
      most_ = std::max(most_, amount);
    }
  }

  double x(size_t node) const { return kLeft + kField * points_[node].x; }
  double y(size_t node) const { return kTop + kField * points_[node].y; }

  std::string lines() const {
    std::string text;
    for (const Pair& pair : pairs_) {
      const bool is_inside = nodes_[pair.from].group > 0 && nodes_[pair.from].group == nodes_[pair.to].group;
      text += fmt::format(
          "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\" "
          "stroke-opacity=\"0.65\" "
          "stroke-width=\"{:.1f}\"><title>{} and {}: {} {}</title></line>\n",
          x(pair.from), y(pair.from), x(pair.to), y(pair.to),
          is_inside ? colour_of(nodes_[pair.from].group) : kGrey, width_of_line(pair.amount, most_),
          xml_escaped(nodes_[pair.from].name), xml_escaped(nodes_[pair.to].name), plain_number(pair.amount),
          name_of(by_));
    }
    return text;
  }

  static std::string mark(double at_x, double at_y, bool is_vm, size_t group, Knowledge known) {
    std::string text;
    if (is_vm) {
      text = fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"{}\" stroke=\"#222222\"/>\n",
                         at_x, at_y, kRadius, group == 0 ? "#ffffff" : colour_of(group));
    } else {
      text = fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"14\" height=\"14\" fill=\"#dddddd\" "
          "stroke=\"#222222\"/>\n",
          at_x - 7, at_y - 7);
    }
    if (group > 0)
      text += svg_text(
          fmt::format(
              "x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\" font-weight=\"bold\" fill=\"#000000\" "
              "stroke=\"#ffffff\" stroke-width=\"2.5\" paint-order=\"stroke\"",
              at_x, at_y + 4),
          std::to_string(group));
    if (known != Knowledge::kComplete)
      text += fmt::format(
          "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2.5\" "
          "stroke-dasharray=\"{}\"/>\n",
          at_x, at_y, kRadius + 4, known == Knowledge::kMissing ? kMissingColour : kEstimatedColour,
          known == Knowledge::kMissing ? "7 4" : "2 3");
    return text;
  }

  std::string node(size_t i) const {
    return mark(x(i), y(i), nodes_[i].is_vm, nodes_[i].group, nodes_[i].known);
  }

  // On the side where its lines do not go.
  std::string label(size_t i) const {
    double to_x = 0, to_y = 0;
    for (const Pair& pair : pairs_) {
      if (pair.from != i && pair.to != i) continue;
      const size_t other = pair.from == i ? pair.to : pair.from;
      const double length = std::max(std::hypot(x(other) - x(i), y(other) - y(i)), 1.0);
      to_x += (x(other) - x(i)) / length;
      to_y += (y(other) - y(i)) / length;
    }
    constexpr double kAway = kRadius + 7;
    const bool is_beside = std::abs(to_x) > std::abs(to_y);
    const double at_x = x(i) + (is_beside ? (to_x > 0 ? -kAway : kAway) : 0);
    const double at_y = y(i) + (is_beside ? 4 : to_y > 0 ? -kAway : kAway + 10);
    return svg_text(
        fmt::format("x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" stroke=\"#ffffff\" stroke-width=\"4\" "
                    "stroke-linejoin=\"round\" paint-order=\"stroke\"",
                    at_x, at_y, is_beside ? (to_x > 0 ? "end" : "start") : "middle"),
        short_name(nodes_[i].name));
  }

  static constexpr size_t kMostInLegend = 12;
  static constexpr double kLine = 38;

  double legend_end() const {
    return kTop + kLine * static_cast<double>(std::min(groups_.groups.size(), kMostInLegend) + 9);
  }

  std::string legend() const {
    double line = kTop;
    std::string text;
    const auto add = [&](const std::string& sign, std::string_view words) {
      text += sign + svg_text(fmt::format("x=\"{}\" y=\"{:.1f}\"", kLegendAt + 26, line + 4), words);
      line += kLine;
    };
    for (size_t i = 0; i < std::min(groups_.groups.size(), kMostInLegend); ++i)
      add(mark(kLegendAt, line, true, i + 1, Knowledge::kComplete), words_for(groups_.groups[i]));
    if (groups_.groups.size() > kMostInLegend)
      add("", fmt::format("and {} more groups", groups_.groups.size() - kMostInLegend));
    add(mark(kLegendAt, line, true, 0, Knowledge::kComplete), "in no group");
    add(mark(kLegendAt, line, false, 0, Knowledge::kComplete), "an address of no machine");
    add(mark(kLegendAt, line, true, 0, Knowledge::kMissing), "not all is known");
    add(mark(kLegendAt, line, true, 0, Knowledge::kEstimated), "estimated");
    for (const double share : {1.0, 0.1})
      if (most_ > 0)
        add(line_sign(line, share), fmt::format("{} {}", short_number(share * most_), name_of(by_)));
    if (const size_t left_out = period_.matrix.parties.size() - nodes_.size(); left_out > 0)
      add("", fmt::format("{} less busy ones are left out", left_out));
    return text;
  }

  std::string words_for(const Group& group) const {
    const double share = 100 * inside_share(group, by_);
    return fmt::format("{} machines, {:.0f} % stays inside", group.machines.size(), share);
  }

  std::string line_sign(double line, double share) const {
    return fmt::format("<path d=\"M{} {:.1f}h30\" stroke=\"{}\" stroke-width=\"{:.1f}\"/>\n", kLegendAt - 14,
                       line, kGrey, width_of_line(share * most_, most_));
  }

  const PeriodMatrix& period_;
  const Groups& groups_;
  Measure by_;
  const std::string_view span_;
  std::vector<Node> nodes_;
  std::vector<Pair> pairs_;  // of places in nodes_
  double most_ = 0;
  std::vector<Point> points_;
};

}  // namespace

std::string picture_graph(const PeriodMatrix& period, const Groups& groups, Measure by,
                          std::string_view span) {
  return Graph(period, groups, by, span).draw();
}

}  // namespace attune::traffic
