// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/timeline.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

namespace attune::stream {

namespace {

constexpr double kLeft = 90, kRight = 30, kWidth = 960;
constexpr double kHosts = 92, kHostHeight = 30;     // the band that says where it runs
constexpr double kStream = 150, kGraphHeight = 80;  // bytes that came
constexpr double kPing = 260;
constexpr double kAxis = 362, kHeight = 400;
constexpr std::array<std::string_view, 2> kHostColours = {"#4c78a8", "#72a24d"};

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<')
      safe += "&lt;";
    else if (c == '&')
      safe += "&amp;";
    else
      safe += c;
  }
  return safe;
}

class Picture {
 public:
  explicit Picture(const Timeline& timeline)
      : timeline_(timeline),
        length_ms_(std::max(1.0, timeline.sample_ms * double(timeline.samples.size()))) {}

  std::string draw() {
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\" "
        "font-family=\"DejaVu Sans,Verdana,sans-serif\" font-size=\"12\">\n",
        kWidth, kHeight, kWidth, kHeight);
    add("<rect width=\"%g\" height=\"%g\" fill=\"white\"/>\n", kWidth, kHeight);
    draw_axis();
    draw_hosts();
    draw_samples();
    draw_marks();
    return text_ + "</svg>\n";
  }

 private:
  template <class... Args>
  void add(const char* format, Args... args) {
    std::array<char, 1024> line{};
    std::snprintf(line.data(), line.size(), format, args...);
    text_ += line.data();
  }

  double x_of(double ms) const {
    return kLeft + std::clamp(ms / length_ms_, 0.0, 1.0) * (kWidth - kLeft - kRight);
  }
  double x_of(WallTime at) const {
    return x_of(std::chrono::duration<double, std::milli>(at - timeline_.begun).count());
  }

  void label(double y, const char* text) {
    add("<text x=\"%g\" y=\"%g\" text-anchor=\"end\" fill=\"#333\">%s</text>\n", kLeft - 10, y, text);
  }

  std::string_view colour_of(const std::string& host) {
    const auto known = std::find(hosts_.begin(), hosts_.end(), host);
    const auto index = static_cast<size_t>(known - hosts_.begin());
    if (known == hosts_.end()) hosts_.push_back(host);
    return kHostColours[index % kHostColours.size()];
  }

  void draw_band(double from, double to, const std::string& host) {
    add("<rect x=\"%.1f\" y=\"%g\" width=\"%.1f\" height=\"%g\" fill=\"%s\"/>\n", from, kHosts, to - from,
        kHostHeight, std::string(colour_of(host)).c_str());
    add("<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\" fill=\"white\">%s</text>\n", (from + to) / 2,
        kHosts + 20, escaped(host).c_str());
  }

  void draw_hosts() {
    label(kHosts + 20, "runs on");
    double from = kLeft;
    for (const Migration& move : timeline_.migrations) {
      const double called = x_of(move.called_at), ended = x_of(move.ended_at);
      draw_band(from, called, move.from);
      add("<rect x=\"%.1f\" y=\"%g\" width=\"%.1f\" height=\"%g\" fill=\"#f2b134\"/>\n", called, kHosts,
          std::max(1.0, ended - called), kHostHeight);
      from = ended;
    }
    if (!timeline_.migrations.empty()) {
      const Migration& last = timeline_.migrations.back();
      draw_band(from, x_of(length_ms_), last.arrived ? last.to : last.from);
    }
  }

  void draw_bar(size_t index, double top, double value, double most, const char* colour) {
    const double height = std::min(1.0, value / most) * kGraphHeight;
    const double width = (kWidth - kLeft - kRight) * timeline_.sample_ms / length_ms_;
    add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\"/>\n",
        x_of(timeline_.sample_ms * double(index)), top + kGraphHeight - height, width, height, colour);
  }

  void draw_samples() {
    double sum_bytes = 0, most_bytes = 1, most_ping = 1;
    for (const Viewed& sample : timeline_.samples) {
      sum_bytes += sample.bytes;
      most_bytes = std::max(most_bytes, sample.bytes);
      most_ping = std::max(most_ping, sample.ping_ms);
    }
    // What comes at once after a gap would make all else flat.
    if (!timeline_.samples.empty())
      most_bytes = std::min(most_bytes, 3 * sum_bytes / double(timeline_.samples.size()));
    for (size_t i = 0; i < timeline_.samples.size(); ++i) {
      draw_bar(i, kStream, timeline_.samples[i].bytes, most_bytes, "#9ecae9");
      draw_bar(i, kPing, timeline_.samples[i].ping_ms, most_ping, "#c5b0d5");
    }
    label(kStream + 46, "stream");
    add("<text x=\"%g\" y=\"%g\" text-anchor=\"end\" fill=\"#777\" font-size=\"10\">%.2f MB/s</text>\n",
        kLeft - 10, kStream + 10, most_bytes / timeline_.sample_ms / 1000);
    label(kPing + 46, "ping");
    add("<text x=\"%g\" y=\"%g\" text-anchor=\"end\" fill=\"#777\" font-size=\"10\">%.0f ms</text>\n",
        kLeft - 10, kPing + 10, most_ping);
  }

  void draw_axis() {
    const int step = length_ms_ > 40'000 ? 5 : length_ms_ > 12'000 ? 2 : 1;
    for (int second = 0; second * 1000 <= length_ms_; second += step) {
      const double x = x_of(second * 1000.0);
      add("<line x1=\"%.1f\" y1=\"%g\" x2=\"%.1f\" y2=\"%g\" stroke=\"#ddd\"/>\n", x, kHosts, x, kAxis - 14);
      add("<text x=\"%.1f\" y=\"%g\" text-anchor=\"middle\" fill=\"#777\">%d s</text>\n", x, kAxis, second);
    }
    add("<text x=\"%g\" y=\"%g\" fill=\"#777\" font-size=\"11\">yellow: the virtual machine is being moved, "
        "live</text>\n",
        kLeft, kHeight - 10);
  }

  void draw_marks() {
    std::vector<Mark> all = timeline_.marks;
    for (const Migration& move : timeline_.migrations)
      if (move.event != "call") all.push_back({move.event_at, move.event + " " + move.value});
    std::sort(all.begin(), all.end(), [](const Mark& one, const Mark& other) { return one.at < other.at; });
    double row = 0;
    for (const Mark& mark : all) {
      const double x = x_of(mark.at), y = 22 + 18 * row;
      const bool is_late = x > kWidth * 0.7;
      add("<line x1=\"%.1f\" y1=\"%g\" x2=\"%.1f\" y2=\"%g\" stroke=\"#c0392b\" stroke-dasharray=\"3 3\"/>\n",
          x, y + 4, x, kAxis - 14);
      add("<text x=\"%.1f\" y=\"%g\" text-anchor=\"%s\" fill=\"#c0392b\">%s</text>\n", x, y,
          is_late ? "end" : "start", escaped(mark.text).c_str());
      row = row < 3 ? row + 1 : 0;
    }
  }

  const Timeline& timeline_;
  const double length_ms_;
  std::vector<std::string> hosts_;  // in the order in which they appear
  std::string text_;
};

}  // namespace

std::string timeline_svg(const Timeline& timeline) {
  return Picture(timeline).draw();
}

}  // namespace attune::stream
