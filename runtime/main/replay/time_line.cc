// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/time_line.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/base/xml_text.h"
#include "runtime/traffic/picture.h"

namespace attune::replay {

namespace {

constexpr size_t kMostLanes = 60;
constexpr double kLeft = 160, kWidth = 800, kTop = 50, kLane = 20, kBar = 14;
constexpr double kPicture = kLeft + kWidth + 20;
// Of runs; the colours of hosts are others.
constexpr std::string_view kFailed = "#000000", kWell = "#AAAAAA", kGone = "#777777";

// A stretch of a lane.
struct Bar {
  WallTime begin{}, end{};
  std::string colour, text;
};
// In the order in which they are drawn.
enum class Group { kComponents, kRuns, kOthers };

struct Lane {
  Group group = Group::kComponents;
  std::string name;
  std::vector<Bar> bars;
};

class Drawer {
 public:
  explicit Drawer(const Played& played) : played_(played) {
    last_ = played.end;
    for (const Happening& one : played.happenings) last_ = std::max(last_, one.at);
  }

  struct Drawing {
    double height = 0;
    std::string svg;
  };

  Drawing draw(const std::string& title) {
    for (const Happening& one : played_.happenings) add(one);
    while (!open_.empty()) close(lanes_[open_.begin()->first.first], open_.begin()->first.second, last_);
    std::stable_sort(lanes_.begin(), lanes_.end(),
                     [](const Lane& a, const Lane& b) { return a.group < b.group; });
    double at = kTop;
    std::string parts = axis();
    const size_t drawn = std::min(lanes_.size(), kMostLanes);
    for (size_t i = 0; i < drawn; ++i, at += kLane) parts += lane(lanes_[i], at);
    if (drawn < lanes_.size())
      parts += traffic::svg_text(fmt::format("x=\"10\" y=\"{:.0f}\" font-size=\"12\"", at + kBar),
                                 fmt::format("and {} more", lanes_.size() - drawn));
    at += kLane + kBar;
    for (const auto& [host, colour] : colours_) parts += legend(host, colour, at);
    parts += legend("a run", kWell, at);
    parts += legend("a run that did not end well; an alert", kFailed, at);
    return {at + 10, traffic::svg_picture(kPicture, at + 10, title, parts)};
  }

 private:
  void add(const Happening& one) {
    using What = Happening::What;
    const std::string run = fmt::format("{}", one.run);
    if (one.what == What::kPlaced || one.what == What::kRemoved) {
      Lane& lane = lane_of(Group::kComponents, one.who);
      close(lane, "", one.at);
      if (one.what == What::kPlaced && !one.text.empty()) open(lane, "", one, colour_of(one.text));
    } else if (one.what == What::kRunBegan) {
      open(lane_of(Group::kRuns, "run " + one.who), run, one, kWell);
    } else if (one.what == What::kRunEnded) {
      Lane& lane = lane_of(Group::kRuns, "run " + one.who);
      const auto begun = open_.find({index_of(lane), run});
      if (begun == open_.end()) return;
      if (one.text != "done") {
        begun->second.colour = kFailed;
        begun->second.text += (begun->second.text.empty() ? "" : ": ") + one.text;
      }
      close(lane, run, one.at);
    } else if (one.what == What::kHost) {
      Lane& lane = lane_of(Group::kOthers, "host " + one.who);
      close(lane, "", one.at);
      if (one.text != "up") open(lane, "", one, kGone);
    } else if (one.what == What::kAlert) {
      lane_of(Group::kOthers, "alerts").bars.push_back({one.at, one.at, std::string(kFailed), one.text});
    }
  }

  void open(const Lane& lane, const std::string& which, const Happening& one, std::string_view colour) {
    open_[{index_of(lane), which}] = {one.at, one.at, std::string(colour), one.text};
  }

  void close(Lane& lane, const std::string& which, WallTime at) {
    auto open = open_.extract({index_of(lane), which});
    if (open.empty()) return;
    open.mapped().end = std::max(at, open.mapped().begin + WallTime::duration(1));
    lane.bars.push_back(std::move(open.mapped()));
  }

  size_t index_of(const Lane& lane) const { return static_cast<size_t>(&lane - lanes_.data()); }

  // In each group they stand in the order in which they come up.
  Lane& lane_of(Group group, const std::string& name) {
    const size_t known = places_.try_emplace({group, name}, lanes_.size()).first->second;
    if (known == lanes_.size()) lanes_.push_back({group, name, {}});
    return lanes_[known];
  }

  const std::string& colour_of(const std::string& host) {
    const size_t next = colours_.size() % traffic::kGroupColours.size();
    return colours_.try_emplace(host, traffic::kGroupColours[next]).first->second;
  }

  static std::string legend(std::string_view meaning, std::string_view colour, double& at) {
    std::string text = fmt::format("<rect x=\"10\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>", at,
                                   kBar, kBar, colour);
    text += traffic::svg_text(fmt::format("x=\"30\" y=\"{:.1f}\" font-size=\"12\"", at + kBar - 2), meaning);
    at += kLane;
    return text;
  }

  double x_of(WallTime at) const {
    const double all = static_cast<double>(std::max<int64_t>((last_ - played_.begin).count(), 1));
    return kLeft + kWidth * std::clamp(static_cast<double>((at - played_.begin).count()) / all, 0.0, 1.0);
  }

  std::string axis() const {
    // Month, day, hour, minute; of less than an hour seconds too.
    const size_t length = last_ - played_.begin < std::chrono::hours(1) ? 14 : 11;
    std::string text;
    for (int i = 0; i <= 4; ++i) {
      const WallTime at = played_.begin + (last_ - played_.begin) * i / 4;
      std::string clock = to_text(at).substr(5, length);
      clock[5] = ' ';
      text += traffic::svg_text(
          fmt::format("x=\"{:.1f}\" y=\"{}\" font-size=\"11\" text-anchor=\"{}\"", x_of(at), kTop - 8,
                      i == 0   ? "start"
                      : i == 4 ? "end"
                               : "middle"),
          clock);
    }
    return text;
  }

  std::string lane(const Lane& of, double at) const {
    std::string text = traffic::svg_text(fmt::format("x=\"10\" y=\"{:.1f}\" font-size=\"12\"", at + kBar - 2),
                                         traffic::short_name(printable(of.name)));
    for (const Bar& bar : of.bars) {
      const double begin = x_of(bar.begin), width = std::max(x_of(bar.end) - begin, 2.0);
      text += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" "
          "fill=\"{}\"><title>{}</title></rect>",
          begin, at, width, kBar, bar.colour, xml_escaped(printable(bar.text)));
    }
    return text;
  }

  const Played& played_;
  WallTime last_{};
  std::map<std::pair<size_t, std::string>, Bar> open_;  // by the lane, and which of its bars
  std::map<std::string, std::string> colours_;          // by host
  std::map<std::pair<Group, std::string>, size_t> places_;
  std::vector<Lane> lanes_;
};

}  // namespace

std::string time_line(const std::vector<Outcome>& outcomes, const std::string& trace) {
  double height = kTop;
  std::string all;
  for (const Outcome& one : outcomes) {
    Drawer::Drawing made =
        Drawer(one.played).draw(fmt::format("{} on {}", printable(one.name), printable(trace)));
    if (outcomes.size() == 1) return std::move(made.svg);
    all += fmt::format("<g transform=\"translate(0,{:.0f})\">{}</g>", height, made.svg);
    height += made.height;
  }
  return traffic::svg_picture(kPicture, height,
                              fmt::format("{} projects on {}", outcomes.size(), printable(trace)), all);
}

}  // namespace attune::replay
