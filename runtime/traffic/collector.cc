// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/collector.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::traffic {

namespace {

constexpr int64_t kClockTolerance = 10;  // seconds that a host's clock may be ahead

}  // namespace

std::optional<std::string> Collector::refusal_of(const Report& report, int64_t now) const {
  if (report.period.seconds != settings_.seconds)
    return fmt::format(
        "sensor '{}' reports periods of {} s, and periods of {} s are collected here: give it the same "
        "length",
        report.sensor, report.period.seconds, settings_.seconds);
  if (report.period.end() > now + kClockTolerance)
    return fmt::format("sensor '{}' reports a period that ends {} s from now: set the clock of its host",
                       report.sensor, report.period.end() - now);
  return std::nullopt;
}

Verdict Collector::add(std::shared_ptr<const Report> report, int64_t digest) {
  note_lost(*report);
  // One that would be the oldest where there is no room stays with the store.
  const int64_t start = report->period.start;
  if (held_.size() >= settings_.held && start < held_.begin()->first) {
    note_addresses(*report);
    return Verdict::kNew;
  }
  Held& held = held_[start];
  auto& counted = held.counted[report->sensor];
  const Counted one{digest, report->is_part};
  const Verdict verdict = judge(counted, one);
  if (verdict != Verdict::kNew) return verdict;
  counted.push_back(one);
  size_ += size_of(*report);
  note_addresses(*report);
  held.reports.push_back(std::move(report));
  held.has_changed = true;
  shrink();
  return verdict;
}

void Collector::note_addresses(const Report& report) {
  for (const InterfaceCount& count : report.counts) {
    for (const std::string& address : count.own)
      if (auto tenure = book_.note(address, count.mac, report.period)) tenures_.push_back(std::move(*tenure));
  }
}

// A sensor drops its oldest reports first and sends the rest in order: what it lost is just before this one.
void Collector::note_lost(const Report& report) {
  const int64_t end = report.period.start;
  for (auto& [start, held] : held_) {
    const auto before = (end - start) / settings_.seconds;
    if (start < end && static_cast<uint64_t>(before) <= report.lost) held.lost.insert(report.sensor);
  }
}

// The newest is kept, however large it is. What was not settled is told as far as it is known: its reports
// are in the store.
void Collector::shrink() {
  while (held_.size() > 1 && (held_.size() > settings_.held || size_ > settings_.size)) {
    const auto oldest = held_.begin();
    const Period period{oldest->first, settings_.seconds};
    if (oldest->second.has_changed) {
      left_.push_back(join_of(period, oldest->second.reports, rosters_, period.end() + settings_.wait));
    }
    for (const auto& report : oldest->second.reports) size_ -= size_of(*report);
    held_.erase(oldest);
  }
}

bool Collector::is_settled(const Period& period, const std::vector<std::string>& awaited, int64_t now) const {
  if (now < period.end()) return false;
  if (now >= period.end() + settings_.wait) return true;
  const auto held = held_.find(period.start);
  return std::all_of(awaited.begin(), awaited.end(), [&](const std::string& sensor) {
    return held != held_.end() && held->second.lost.contains(sensor);
  });
}

Joined Collector::join_of(const Period& period, const Reports& reports, const RosterHistory& rosters,
                          int64_t now) const {
  Joined joined = join(period, reports, rosters.during(period), book_);
  joined.settles_at = period.end() + settings_.wait;
  joined.is_settled = is_settled(period, joined.awaited, now);
  return joined;
}

std::vector<Joined> Collector::take_settled(int64_t now) {
  std::vector<Joined> settled = std::exchange(left_, {});
  for (auto& [start, held] : held_) {
    const Period period{start, settings_.seconds};
    if (!held.has_changed || now < period.end()) continue;
    std::vector<std::string> awaited;
    const PeriodRoster roster = rosters_.during(period);
    for (const std::string& sensor : roster.at_end)
      if (!held.counted.contains(sensor)) awaited.push_back(sensor);
    if (!held.is_told && !is_settled(period, awaited, now)) continue;
    settled.push_back(join_of(period, held.reports, rosters_, now));
    held.is_told = true;
    held.has_changed = false;
  }
  return settled;
}

std::optional<int64_t> Collector::next_settle() const {
  for (const auto& [start, held] : held_)
    if (!held.is_told) return start + settings_.seconds + settings_.wait;
  return std::nullopt;
}

const Reports* Collector::find_held(const Period& period) const {
  const auto held = held_.find(period.start);
  return held == held_.end() || period.seconds != settings_.seconds ? nullptr : &held->second.reports;
}

}  // namespace attune::traffic
