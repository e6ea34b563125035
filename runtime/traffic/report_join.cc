// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/report_join.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace attune::traffic {

namespace {

size_t size_of(const InterfaceCount& count) {
  return 1 + count.own.size() + count.from.size() + count.to.size();
}

}  // namespace

std::optional<Report> ReportJoin::add(SensorLine line) {
  const Key key = std::visit([](const auto& one) { return Key(one.sensor, one.period); }, line);
  const auto place = pending_.try_emplace(key).first;
  if (auto* traffic = std::get_if<TrafficLine>(&line)) {
    keep(place->second, std::move(traffic->count));
  } else {
    place->second.closing = std::get<PeriodLine>(std::move(line));
  }
  if (place->second.lines.size() > limits_.lines) {
    give_up(place, fmt::format("it has more than {} lines", limits_.lines));
    return std::nullopt;
  }
  const auto& closing = place->second.closing;
  if (closing && place->second.lines.size() >= closing->lines) return closed(place);
  make_room(place);
  return std::nullopt;
}

void ReportJoin::keep(Pending& pending, InterfaceCount count) {
  const auto same = std::find(pending.lines.begin(), pending.lines.end(), count);
  if (same != pending.lines.end()) {
    std::rotate(same, same + 1, pending.lines.end());
    return;
  }
  size_ += size_of(count);
  pending.lines.push_back(std::move(count));
}

// Of more lines than the sensor tells of, the last ones are those of its last attempt: the earlier ones were
// of a sensor that ended before it had told all.
std::optional<Report> ReportJoin::closed(Pendings::iterator place) {
  Pending& pending = place->second;
  const PeriodLine closing = *pending.closing;
  const auto first = pending.lines.end() - static_cast<ptrdiff_t>(closing.lines);
  std::set<std::string_view> interfaces;
  for (auto line = first; line != pending.lines.end(); ++line) interfaces.insert(line->mac);
  if (interfaces.size() != closing.vms) {
    give_up(place, fmt::format("its {} lines tell of {} machines, and vms={} of its last line says otherwise",
                               closing.lines, interfaces.size(), closing.vms));
    return std::nullopt;
  }
  Report report{closing.sensor, closing.period, closing.via, closing.lost, closing.is_part, {}};
  const size_t freed = [&] {
    size_t sum = 0;
    for (const InterfaceCount& line : pending.lines) sum += size_of(line);
    return sum;
  }();
  for (auto line = first; line != pending.lines.end(); ++line) add_count(report, std::move(*line));
  normalise(report);
  size_ -= freed;
  pending_.erase(place);
  return report;
}

void ReportJoin::make_room(Pendings::const_iterator newest) {
  const std::string sensor = newest->first.first;
  const auto first = pending_.lower_bound(Key(sensor, Period{INT64_MIN, INT64_MIN}));
  auto end = first;
  size_t count = 0;
  for (; end != pending_.end() && end->first.first == sensor; ++end) ++count;
  if (count > limits_.reports_of_sensor) give_up(first, "newer reports came, and lines of it are missing");
  while (size_ > limits_.size && !pending_.empty()) {
    const auto oldest = std::min_element(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) {
      return a.first.second < b.first.second;
    });
    give_up(oldest, fmt::format("reports that are not whole have grown beyond {} counts", limits_.size));
  }
}

void ReportJoin::give_up(Pendings::iterator place, const std::string& why) {
  if (problems_.size() < kMaxProblems) {
    const auto& [key, pending] = *place;
    const std::string told = pending.closing ? fmt::format(" of {}", pending.closing->lines) : "";
    problems_.push_back(fmt::format(
        "sensor '{}', period {}: given up after {}{} lines: {}. It counts when the sensor sends it again",
        key.first, key.second.start, pending.lines.size(), told, why));
  }
  erase(place);
}

ReportJoin::Pendings::iterator ReportJoin::erase(Pendings::iterator place) {
  for (const InterfaceCount& line : place->second.lines) size_ -= size_of(line);
  return pending_.erase(place);
}

std::vector<std::string> ReportJoin::take_problems() {
  return std::exchange(problems_, {});
}

void ReportJoin::forget(const std::string& sensor) {
  auto place = pending_.lower_bound(Key(sensor, Period{INT64_MIN, INT64_MIN}));
  while (place != pending_.end() && place->first.first == sensor) place = erase(place);
}

}  // namespace attune::traffic
