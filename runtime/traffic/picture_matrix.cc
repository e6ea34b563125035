// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/picture_matrix.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "runtime/traffic/picture.h"

namespace attune::traffic {
namespace {

constexpr double kTop = 40, kSide = 16, kLegendWidth = 150, kLegendHeight = 270;
constexpr int kSteps = 5;

// From light to dark in one hue, so that the order is seen also without colours.
std::string colour_at(double share) {
  constexpr std::array<std::array<double, 3>, 3> kStops = {{{222, 236, 247}, {86, 180, 233}, {0, 57, 90}}};
  const double place = std::clamp(share, 0.0, 1.0) * 2;
  const size_t stop = place < 1 ? 0 : 1;
  std::array<int, 3> rgb{};
  for (size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<int>(
        std::lround(std::lerp(kStops[stop][i], kStops[stop + 1][i], place - static_cast<double>(stop))));
  return fmt::format("#{:02x}{:02x}{:02x}", rgb[0], rgb[1], rgb[2]);
}

// What pairs send differs by powers of ten: from the one below the least to the one above the most, so that
// what differs little has nearly the same colour.
class Scale {
 public:
  void add(double amount) {
    if (!(amount > 0)) return;
    least_ = most_ > 0 ? std::min(least_, amount) : amount;
    most_ = std::max(most_, amount);
  }
  bool is_empty() const { return !(most_ > 0); }
  double share(double amount) const { return (std::log10(amount) - low()) / (high() - low()); }

  // Round amounts, from the most to the least, of which there are kSteps + 1 at most.
  std::vector<double> marks() const {
    const int lowest = static_cast<int>(low()), highest = static_cast<int>(high()),
              decades = highest - lowest;
    std::vector<double> amounts;
    const int step = (decades + kSteps - 1) / kSteps;
    for (int at = highest; at >= lowest; at -= step) {
      amounts.push_back(std::pow(10, at));
      if (decades == 1 && at > lowest)
        for (const double part : {0.5, 0.2}) amounts.push_back(part * std::pow(10, at));
    }
    return amounts;
  }

 private:
  double low() const { return std::floor(std::log10(least_)); }
  double high() const { return std::max(std::ceil(std::log10(most_)), low() + 1); }

  double least_ = 0, most_ = 0;
};

class Map {
 public:
  Map(const PeriodMatrix& period, Measure by, std::string_view span)
      : matrix_(period.matrix), by_(by), span_(span), shown_(busiest(matrix_, kMostInPicture)) {
    constexpr size_t kFew = 12, kSome = 40;
    cell_ = shown_.size() <= kFew ? 44 : shown_.size() <= kSome ? 24 : 13;
    for (size_t i = 0; i < shown_.size(); ++i) {
      places_[shown_[i]] = i;
      names_ = std::max(names_, width_of(label(shown_[i])));
    }
    for (const Cell& cell : matrix_.cells)
      if (places_.contains(cell.from) && places_.contains(cell.to)) scale_.add(amount_of(cell.volume, by));
  }

  std::string draw() const {
    const double side = cell_ * static_cast<double>(shown_.size());
    const double width = left() + side + kSide + kLegendWidth;
    std::string parts = marks() + grid(side) + cells() + names() + legend(left() + side + kSide);
    parts +=
        svg_text(fmt::format("x=\"{}\" y=\"{:.0f}\" fill=\"#555555\"", kSide, top() + side + 22), note());
    constexpr double kLeastWidth = 420, kBottom = 36;
    return svg_picture(std::max(width, kLeastWidth), top() + std::max(side, kLegendHeight) + kBottom, title(),
                       parts);
  }

 private:
  double left() const { return kSide + names_ + 8; }
  double top() const { return kTop + names_ * 0.75 + 12; }
  double x(uint32_t party) const { return left() + cell_ * static_cast<double>(places_.at(party)); }
  double y(uint32_t party) const { return top() + cell_ * static_cast<double>(places_.at(party)); }

  std::string label(uint32_t party) const {
    const std::string& name = matrix_.parties[party].name;
    const Knowledge known = knowledge_of(matrix_, name);
    const char* mark = known == Knowledge::kMissing ? " ?" : known == Knowledge::kEstimated ? " ~" : "";
    return short_name(name) + mark;
  }

  std::string title() const { return fmt::format("Who sent how many {} to whom, {}", name_of(by_), span_); }

  std::string note() const {
    std::string text = "Rows send, columns receive.";
    if (const size_t left_out = matrix_.parties.size() - shown_.size(); left_out > 0)
      text += fmt::format(" {} less busy parties are left out.", left_out);
    return text;
  }

  // Behind the cells, over the whole column.
  std::string marks() const {
    std::string text = fmt::format(
        "<defs><pattern id=\"missing\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
        "<path d=\"M0 8L8 0\" stroke=\"{}\" stroke-width=\"1.4\"/></pattern><pattern id=\"estimated\" "
        "width=\"8\" "
        "height=\"8\" patternUnits=\"userSpaceOnUse\"><circle cx=\"4\" cy=\"4\" r=\"1.5\" "
        "fill=\"{}\"/></pattern></defs>\n",
        kMissingColour, kEstimatedColour);
    for (const uint32_t party : shown_)
      if (const Knowledge known = knowledge_of(matrix_, matrix_.parties[party].name);
          known != Knowledge::kComplete)
        text +=
            fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"url(#{})\"/>\n",
                        x(party), top(), cell_, cell_ * static_cast<double>(shown_.size()), name_of(known));
    return text;
  }

  std::string grid(double side) const {
    std::string path;
    for (size_t i = 0; i <= shown_.size(); ++i) {
      const double at = cell_ * static_cast<double>(i);
      path += fmt::format("M{0:.1f} {1:.1f}v{3:.1f}M{2:.1f} {4:.1f}h{3:.1f}", left() + at, top(), left(),
                          side, top() + at);
    }
    return fmt::format("<path d=\"{}\" stroke=\"#d8d8d8\" fill=\"none\"/>\n", path);
  }

  std::string cells() const {
    std::string text;
    for (const Cell& cell : matrix_.cells) {
      const double amount = amount_of(cell.volume, by_);
      if (!places_.contains(cell.from) || !places_.contains(cell.to) || !(amount > 0)) continue;
      const double share = scale_.share(amount);
      text += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill=\"{}\"><title>{} to {}: {} "
          "{}</title></rect>\n",
          x(cell.to) + 1.5, y(cell.from) + 1.5, cell_ - 3, cell_ - 3, colour_at(share),
          xml_escaped(matrix_.parties[cell.from].name), xml_escaped(matrix_.parties[cell.to].name),
          plain_number(amount), name_of(by_));
      text += value(cell, amount, share);
    }
    return text;
  }

  // Where there is room for it.
  std::string value(const Cell& cell, double amount, double share) const {
    constexpr double kRoom = 40, kDark = 0.55;
    if (cell_ < kRoom) return {};
    return svg_text(
        fmt::format("x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"10\" text-anchor=\"middle\" fill=\"{}\"",
                    x(cell.to) + cell_ / 2, y(cell.from) + cell_ / 2 + 4,
                    share > kDark ? "#ffffff" : "#222222"),
        short_number(amount));
  }

  std::string names() const {
    std::string text;
    for (const uint32_t party : shown_) {
      text += svg_text(
          fmt::format("x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\"", left() - 8, y(party) + cell_ / 2 + 4),
          short_name(matrix_.parties[party].name));
      text += svg_text(fmt::format("transform=\"translate({:.1f} {:.1f}) rotate(-45)\"",
                                   x(party) + cell_ / 2 + 4, top() - 7),
                       label(party));
    }
    return text;
  }

  std::string legend(double at) const {
    constexpr double kBox = 20;
    double line = top();
    std::string text = svg_text(fmt::format("x=\"{:.1f}\" y=\"{:.1f}\"", at, line + 10), name_of(by_));
    if (!scale_.is_empty())
      for (const double amount : scale_.marks())
        text += box(at, line += kBox, colour_at(scale_.share(amount)), short_number(amount));
    text += box(at, line += kBox, "#ffffff", "nothing");
    text += box(at, line += kBox * 1.5, "url(#missing)", "? not all is known");
    return text + box(at, line += kBox, "url(#estimated)", "~ estimated");
  }

  static std::string box(double at, double line, std::string_view fill, std::string_view text) {
    return fmt::format(
               "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"16\" height=\"16\" fill=\"{}\" "
               "stroke=\"#bbbbbb\"/>\n",
               at, line, fill) +
           svg_text(fmt::format("x=\"{:.1f}\" y=\"{:.1f}\"", at + 23, line + 12), text);
  }

  const Matrix& matrix_;
  Measure by_;
  const std::string_view span_;
  std::vector<uint32_t> shown_;
  std::map<uint32_t, size_t> places_;
  double cell_ = 0;   // pixels
  double names_ = 0;  // how wide the longest is
  Scale scale_;
};

}  // namespace

std::string picture_matrix(const PeriodMatrix& period, Measure by, std::string_view span) {
  return Map(period, by, span).draw();
}

}  // namespace attune::traffic
