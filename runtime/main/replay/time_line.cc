// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/time_line.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/traffic/picture.h"

namespace attune::replay {

namespace {

constexpr size_t kMostLanes = 60;
constexpr double kLeft = 160, kWidth = 800, kTop = 50, kLane = 20, kBar = 14;
constexpr std::string_view kFailed = "#D55E00", kWell = "#009E73";

// A stretch of a lane.
struct Bar {
  WallTime begin{}, end{};
  std::string colour, text;
};
using Lanes = std::vector<std::pair<std::string, std::vector<Bar>>>;

class Drawer {
 public:
  explicit Drawer(const Played& played) : played_(played) {
    last_ = played.end;
    for (const Happening& one : played.happenings) last_ = std::max(last_, one.at);
  }

  std::string draw(const std::string& title) {
    for (const Happening& one : played_.happenings) add(one);
    for (auto& [id, bar] : open_) close(id.first, id.second, last_);
    double at = kTop;
    std::string parts = axis();
    const size_t drawn = std::min(lanes_.size(), kMostLanes);
    for (size_t i = 0; i < drawn; ++i, at += kLane) parts += lane(lanes_[i].first, lanes_[i].second, at);
    if (drawn < lanes_.size())
      parts += traffic::svg_text(fmt::format("x=\"10\" y=\"{:.0f}\" font-size=\"12\"", at + kBar),
                                 fmt::format("and {} more", lanes_.size() - drawn));
    at += kLane + kBar;
    for (const auto& [host, colour] : colours_) {
      parts += fmt::format("<rect x=\"10\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>", at, kBar,
                           kBar, colour);
      parts += traffic::svg_text(fmt::format("x=\"30\" y=\"{:.1f}\" font-size=\"12\"", at + kBar - 2), host);
      at += kLane;
    }
    return traffic::svg_picture(kLeft + kWidth + 20, at + 10, title, parts);
  }

 private:
  using Id = std::pair<std::string, std::string>;  // the lane, and which of its bars

  void add(const Happening& one) {
    using What = Happening::What;
    const std::string run = fmt::format("{}", one.run);
    if (one.what == What::kPlaced) {
      close(one.who, "", one.at);
      if (!one.text.empty()) open_[{one.who, ""}] = {one.at, one.at, colour_of(one.text), one.text};
    } else if (one.what == What::kRemoved) {
      close(one.who, "", one.at);
    } else if (one.what == What::kRunBegan) {
      open_[{"run " + one.who, run}] = {one.at, one.at, std::string(kWell), one.text};
    } else if (one.what == What::kRunEnded) {
      const auto open = open_.find({"run " + one.who, run});
      if (open == open_.end()) return;
      if (one.text != "done") open->second.colour = kFailed;
      close("run " + one.who, run, one.at);
    } else if (one.what == What::kHost) {
      close("host " + one.who, "", one.at);
      if (one.text != "up") open_[{"host " + one.who, ""}] = {one.at, one.at, "#777777", one.text};
    } else if (one.what == What::kAlert) {
      bars("alerts").push_back({one.at, one.at, std::string(kFailed), one.text});
    }
  }

  void close(const std::string& lane, const std::string& which, WallTime at) {
    const auto open = open_.find({lane, which});
    if (open == open_.end() || open->second.end > open->second.begin) return;
    open->second.end = std::max(at, open->second.begin + WallTime::duration(1));
    bars(lane).push_back(open->second);
    if (at != last_) open_.erase(open);
  }

  std::vector<Bar>& bars(const std::string& lane) {
    const auto known = places_.try_emplace(lane, lanes_.size()).first->second;
    if (known == lanes_.size()) lanes_.push_back({lane, {}});
    return lanes_[known].second;
  }

  const std::string& colour_of(const std::string& host) {
    const size_t next = colours_.size() % traffic::kGroupColours.size();
    return colours_.try_emplace(host, traffic::kGroupColours[next]).first->second;
  }

  double x_of(WallTime at) const {
    const double all = static_cast<double>(std::max<int64_t>((last_ - played_.begin).count(), 1));
    return kLeft + kWidth * std::clamp(static_cast<double>((at - played_.begin).count()) / all, 0.0, 1.0);
  }

  std::string axis() const {
    std::string text;
    for (int i = 0; i <= 4; ++i) {
      const WallTime at = played_.begin + (last_ - played_.begin) * i / 4;
      std::string clock = to_text(at).substr(5, 11);  // month, day, hour, minute
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

  std::string lane(const std::string& name, const std::vector<Bar>& of, double at) const {
    std::string text = traffic::svg_text(fmt::format("x=\"10\" y=\"{:.1f}\" font-size=\"12\"", at + kBar - 2),
                                         traffic::short_name(printable(name)));
    for (const Bar& bar : of) {
      const double begin = x_of(bar.begin), width = std::max(x_of(bar.end) - begin, 2.0);
      text += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{}\" fill=\"{}\"/>",
                          begin, at, width, kBar, bar.colour);
    }
    return text;
  }

  const Played& played_;
  WallTime last_{};
  std::map<Id, Bar> open_;
  std::map<std::string, std::string> colours_;  // by host
  std::map<std::string, size_t> places_;
  Lanes lanes_;
};

}  // namespace

std::string time_line(const Outcome& outcome, const std::string& trace) {
  return Drawer(outcome.played).draw(fmt::format("{} on {}", printable(outcome.name), printable(trace)));
}

}  // namespace attune::replay
