// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/keeper.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::traffic {

Result<std::unique_ptr<Keeper>> Keeper::open(const std::string& path, std::string_view writer,
                                             const CollectorSettings& settings, const Keep& keep) {
  auto store = Store::open(path, writer);
  if (!store) return fail(std::move(store.error()));
  auto keeper = std::unique_ptr<Keeper>(new Keeper(std::move(*store), settings, keep));
  if (auto restored = keeper->restore(); !restored) return fail(std::move(restored.error()));
  return keeper;
}

Result<void> Keeper::restore() {
  auto rosters = store_.rosters(INT64_MIN, INT64_MAX, RosterHistory::kMax);
  if (!rosters) return fail(std::move(rosters.error()));
  for (RosterHistory::Entry& roster : *rosters) collector_.restore(std::move(roster));
  auto tenures = store_.tenures();
  if (!tenures) return fail(std::move(tenures.error()));
  for (Tenure& tenure : *tenures) collector_.restore(std::move(tenure));
  const auto span = store_.span(collector_.settings().seconds);
  if (!span) return fail(span.error());
  if (!*span) return {};
  const auto held = static_cast<int64_t>(collector_.settings().held);
  Period period = (*span)->last;
  period.start = std::max((*span)->first.start, period.start - (held - 1) * period.seconds);
  for (; period.start <= (*span)->last.start; period.start += period.seconds) {
    const auto reports = store_.reports_of(period);
    if (!reports) {
      tell(reports.error().message);  // one that is damaged does not keep the others
      continue;
    }
    for (const auto& report : *reports) collector_.add(report, digest_of(to_lines(*report)));
  }
  (void)collector_.take_tenures();  // they are there
  return {};
}

void Keeper::take(const workflow::Event& event, int64_t now) {
  auto line = read_sensor_line(event);
  if (!line) return tell(fmt::format("sensor '{}': {}", event.component, line.error().why));
  auto report = join_.add(std::move(*line));
  for (std::string& problem : join_.take_problems()) tell(std::move(problem));
  if (report) count(std::move(*report), now);
}

void Keeper::count(Report report, int64_t now) {
  if (auto why = collector_.refusal_of(report, now)) return tell(std::move(*why));
  if (report.period.end() <= cut_) return;  // it would be deleted at once
  const int64_t digest = digest_of(to_lines(report));
  const auto counted = store_.counted(report.sensor, report.period);
  if (!counted) tell(counted.error().message);
  Verdict verdict = counted ? judge(*counted, {digest, report.is_part}) : Verdict::kNew;
  const auto shared = std::make_shared<const Report>(std::move(report));
  if (verdict == Verdict::kNew) verdict = collector_.add(shared, digest);
  if (verdict == Verdict::kContradicts)
    return tell(
        fmt::format("sensor '{}' has reported the period {} before, and otherwise: the first report counts",
                    shared->sensor, shared->period.start));
  if (verdict == Verdict::kRepeated) return;
  if (auto stored = store_.add(*shared, collector_.take_tenures()); !stored) tell(stored.error().message);
  if (collector_.find_held(shared->period) == nullptr) old_.insert(shared->period);
}

void Keeper::set_roster(Roster roster, int64_t now) {
  std::set<std::string> sensors;
  for (const Sensor& sensor : roster.sensors) sensors.insert(sensor.name);
  const auto& known = collector_.rosters().entries();
  if (!known.empty()) {
    for (const Sensor& sensor : known.back().roster.sensors)
      if (!sensors.contains(sensor.name)) join_.forget(sensor.name);
  }
  if (!collector_.set_roster(std::move(roster), now)) return;
  if (auto stored = store_.add_roster(collector_.rosters().entries().back()); !stored)
    tell(stored.error().message);
}

std::vector<Joined> Keeper::take_settled(int64_t now) {
  now_ = now;
  std::vector<Joined> settled;
  for (size_t left = kOldAtOnce; left > 0 && !old_.empty(); --left) {
    auto one = joined(*old_.begin());
    old_.erase(old_.begin());
    if (one) {
      settled.push_back(std::move(*one));
    } else {
      tell(one.error().message);
    }
  }
  for (Joined& one : collector_.take_settled(now)) settled.push_back(std::move(one));
  prune(now);
  return settled;
}

std::optional<int64_t> Keeper::next_settle() const {
  return old_.empty() ? collector_.next_settle() : std::optional(now_);
}

void Keeper::prune(int64_t now) {
  int64_t cut = cut_;
  if (keep_.seconds) cut = std::max(cut, now - *keep_.seconds);
  if (keep_.periods) {
    const auto start = store_.start_of_newest(*keep_.periods);
    if (!start) return tell(start.error().message);
    if (*start) cut = std::max(cut, **start);
  }
  // Once for each period is enough.
  if (cut == INT64_MIN || (cut_ != INT64_MIN && cut - cut_ < collector_.settings().seconds)) return;
  if (auto pruned = store_.prune(cut); !pruned) return tell(pruned.error().message);
  cut_ = cut;
}

void Keeper::look_back(uint64_t periods, int64_t now, const std::function<void(const Joined&)>& look) {
  now_ = now;
  const auto newest = store_.newest(collector_.settings().seconds, periods);
  if (!newest) return tell(newest.error().message);
  for (const Period& period : *newest) {
    const auto one = joined(period);
    if (!one) {
      tell(one.error().message);
    } else if (one->is_settled) {
      look(*one);
    } else {
      return;
    }
  }
}

Result<Reply> Keeper::ask(const Question& question, int64_t now) {
  now_ = now;
  return answer(question, *this, now);
}

Result<Rates> Keeper::rates(int64_t from, int64_t to, int64_t now) {
  now_ = now;
  const int64_t seconds = collector_.settings().seconds;
  const auto oldest = first(seconds);
  if (!oldest) return fail(oldest.error());
  RateSum sum;
  if (!*oldest) return sum.build();
  Period period{to - to % seconds, seconds};
  const auto most = static_cast<int64_t>(kMaxSummedPeriods);
  from = std::max({from, (*oldest)->start, period.start - most * seconds});
  for (period.start -= seconds; period.start >= from; period.start -= seconds) {
    const auto one = joined(period);
    if (one) {
      sum.add(period, one->matrix);
    } else {
      tell(one.error().message);
    }
  }
  return sum.build();
}

Result<Joined> Keeper::joined(const Period& period) {
  const Reports* held = collector_.find_held(period);
  Reports stored;
  if (held == nullptr) {
    auto reports = store_.reports_of(period);
    if (!reports) return fail(std::move(reports.error()));
    stored = std::move(*reports);
  }
  const auto& rosters = collector_.rosters();
  if (!rosters.entries().empty() && rosters.entries().front().since <= period.start)
    return collector_.join_of(period, held ? *held : stored, rosters, now_);
  const auto of_then = rosters_during(period);
  if (!of_then) return fail(of_then.error());
  return collector_.join_of(period, held ? *held : stored, *of_then, now_);
}

Result<RosterHistory> Keeper::rosters_during(const Period& period) {
  auto entries = store_.rosters(period.start, period.end(), RosterHistory::kMax);
  if (!entries) return fail(std::move(entries.error()));
  if (entries->empty()) return collector_.rosters();
  RosterHistory history;
  for (RosterHistory::Entry& entry : *entries) history.add(entry.since, std::move(entry.roster));
  return history;
}

Result<std::optional<Period>> Keeper::first(int64_t seconds) {
  const auto span = store_.span(seconds);
  if (!span) return fail(span.error());
  return *span ? std::optional((*span)->first) : std::nullopt;
}

Result<std::vector<int64_t>> Keeper::lengths(int64_t from, int64_t to) {
  return store_.lengths(from, to);
}

void Keeper::tell(std::string problem) {
  if (problems_.size() < kMaxProblems) {
    problems_.push_back(std::move(problem));
  } else {
    ++untold_;
  }
}

std::vector<std::string> Keeper::take_problems() {
  if (untold_ > 0) problems_.push_back(fmt::format("and {} more", std::exchange(untold_, 0)));
  return std::exchange(problems_, {});
}

}  // namespace attune::traffic
