// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/export_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "runtime/base/unprintable.h"
#include "runtime/base/utf8.h"
#include "runtime/base/wall_time.h"
#include "runtime/base/xml_text.h"

namespace attune::traffic {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// XML has no U+FFFE and U+FFFF, not even escaped.
bool is_noncharacter(std::string_view sequence) {
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF";
}

// Each `quote` in the text twice, and one at each end.
std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) result.append(c == quote ? 2 : 1, c);
  return result + quote;
}

bool has(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

}  // namespace

std::string clean(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, std::max<size_t>(length, 1));
    const bool is_bad = length == 0 || is_unprintable(sequence) || is_noncharacter(sequence);
    result += is_bad ? kReplacement : sequence;
    text.remove_prefix(sequence.size());
  }
  return result;
}

std::string xml_escaped(std::string_view text) {
  return attune::xml_escaped(clean(text));
}

std::string csv_field(std::string_view text) {
  std::string field = clean(text);
  const bool is_plain =
      field.find_first_of("\",") == std::string::npos && !field.starts_with(' ') && !field.ends_with(' ');
  return is_plain ? field : quoted(field, '"');
}

std::string gnuplot_quoted(std::string_view text) {
  return quoted(clean(text), '\'');
}

std::string plain_number(double number) {
  constexpr double kWhole = 1e15;
  if (std::abs(number) < kWhole && number == std::floor(number)) return fmt::format("{:.0f}", number);
  return fmt::format("{}", number);
}

std::string short_number(double number) {
  static constexpr std::array<const char*, 5> kUnits = {"", " k", " M", " G", " T"};
  constexpr double kStep = 1000, kRounded = 999.5;
  size_t unit = 0;
  while (number >= kRounded && unit + 1 < kUnits.size()) {
    number /= kStep;
    ++unit;
  }
  return fmt::format("{:.3g}{}", number, kUnits[unit]);
}

std::string time_text(int64_t seconds) {
  constexpr size_t kToSeconds = 19;  // of "2026-05-04T12:00:31.000042Z"
  return attune::to_text(WallTime(std::chrono::seconds(seconds))).substr(0, kToSeconds) + "Z";
}

std::string_view name_of(Knowledge knowledge) {
  if (knowledge == Knowledge::kComplete) return "complete";
  return knowledge == Knowledge::kMissing ? "missing" : "estimated";
}

Knowledge knowledge_of(const Matrix& matrix, std::string_view name) {
  if (has(matrix.estimated, name)) return Knowledge::kEstimated;
  return has(matrix.missing, name) ? Knowledge::kMissing : Knowledge::kComplete;
}

std::vector<uint32_t> busiest(const Matrix& matrix, size_t count) {
  std::vector<double> sums(matrix.parties.size());
  for (const Cell& cell : matrix.cells) {
    sums[cell.from] += cell.volume.bytes;
    sums[cell.to] += cell.volume.bytes;
  }
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < sums.size(); ++i) places.push_back(i);
  std::stable_sort(places.begin(), places.end(), [&](uint32_t a, uint32_t b) { return sums[a] > sums[b]; });
  if (places.size() > count) places.resize(count);
  std::sort(places.begin(), places.end());
  return places;
}

}  // namespace attune::traffic
