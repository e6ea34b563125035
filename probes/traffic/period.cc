// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/period.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace attune::probes {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongest = 3600;

}  // namespace

Schedule::Schedule(std::int64_t seconds, Moment now) : offset_(now.wall - now.monotonic) {
  current_.seconds = seconds;
  current_.start = aligned(now.wall);
  current_.is_part = now.wall != current_.start * kSecond;
  look(now);
}

std::int64_t Schedule::aligned(std::int64_t wall) const {
  const std::int64_t length = current_.seconds * kSecond;
  const std::int64_t periods = wall >= 0 ? wall / length : -((-wall + length - 1) / length);
  return periods * current_.seconds;
}

void Schedule::look(Moment now) {
  const std::int64_t offset = now.wall - now.monotonic;
  if (std::abs(offset - offset_) > kStep) current_.is_part = true;
  offset_ = offset;
  border_ = (current_.start + current_.seconds) * kSecond - offset_;
}

Period Schedule::next(Moment now) {
  const std::int64_t counts_since =
      border_ + now.wall - now.monotonic;  // what the wall clock says to the border
  const std::int64_t follows = current_.start + current_.seconds;
  const Period ended = current_;
  current_.start = std::max(follows, aligned(now.wall));
  current_.is_part = current_.start != follows || std::abs(counts_since - follows * kSecond) > kStep;
  offset_ = now.wall - now.monotonic;
  border_ = (current_.start + current_.seconds) * kSecond - offset_;
  return ended;
}

std::optional<std::int64_t> parse_period(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1 || number > kLongest) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (unit == "min") number *= 60;
  if (unit == "h") number *= 3600;
  if (unit != "s" && unit != "min" && unit != "h") return std::nullopt;
  if (number > kLongest || kDay % number != 0) return std::nullopt;
  return number;
}

}  // namespace attune::probes
