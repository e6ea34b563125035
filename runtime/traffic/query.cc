// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/query.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/traffic/estimate.h"

namespace attune::traffic {

namespace {

constexpr double kMaxWeight = 1000;

std::string time_of(int64_t second) {
  constexpr size_t kWithoutFraction = 19;
  return attune::to_text(WallTime(std::chrono::seconds(second))).substr(0, kWithoutFraction) + "Z";
}

// Rounds down where the number is negative too.
int64_t aligned_down(int64_t second, int64_t seconds) {
  const int64_t rest = second % seconds;
  return second - (rest < 0 ? rest + seconds : rest);
}

class Answering {
 public:
  Answering(const Question& question, Past& past, int64_t now)
      : question_(question), past_(past), now_(now) {}

  Result<Reply> run() {
    if (auto why = fault()) return Reply(Refusal{.why = std::move(*why)});
    first_ = {aligned_down(question_.from + question_.seconds - 1, question_.seconds), question_.seconds};
    end_ = aligned_down(question_.to, question_.seconds);
    if (auto why = span_fault()) return Reply(Refusal{.why = std::move(*why)});
    auto refused = refuse_unkept();
    if (!refused) return fail(std::move(refused.error()));
    if (*refused) return Reply(std::move(**refused));
    auto waiting = look_at_newest();
    if (!waiting) return fail(std::move(waiting.error()));
    if (*waiting) return Reply(std::move(**waiting));
    return go_through();
  }

 private:
  // Of the question itself.
  std::optional<std::string> fault() const {
    if (question_.seconds < 1 || question_.seconds > kMaxSeconds)
      return fmt::format("periods are from 1 to {} s long, not {} s", kMaxSeconds, question_.seconds);
    if (question_.from < 0 || question_.to > kLastSecond || question_.from >= question_.to)
      return fmt::format("the span from {} to {} is empty, or no time", time_of(question_.from),
                         time_of(question_.to));
    if (question_.wait < 0) return "the time to wait is below zero";
    const bool is_weight =
        std::isfinite(question_.weight) && question_.weight > 0 && question_.weight <= kMaxWeight;
    if (question_.form == Form::kWeighted && !is_weight)
      return fmt::format("each period can count more than 0 and up to {} times the one before, not {}",
                         kMaxWeight, question_.weight);
    return std::nullopt;
  }

  std::optional<std::string> span_fault() const {
    const int64_t count = (end_ - first_.start) / question_.seconds;
    if (end_ <= first_.start)
      return fmt::format("no whole period of {} s lies between {} and {}: the next one is from {} to {}",
                         question_.seconds, time_of(question_.from), time_of(question_.to),
                         time_of(first_.start), time_of(first_.end()));
    const size_t most = question_.form == Form::kSingle ? kMaxSinglePeriods : kMaxSummedPeriods;
    if (static_cast<size_t>(count) > most)
      return fmt::format("the span has {} periods, and at most {} are given at once: ask for a part of it{}",
                         count, most, question_.form == Form::kSingle ? ", or for its mean" : "");
    return std::nullopt;
  }

  // Of a time of which nothing is kept there is no saying what was missing.
  Result<std::optional<Refusal>> refuse_unkept() {
    const auto oldest = past_.first(question_.seconds);
    if (!oldest) return fail(oldest.error());
    if (*oldest && (*oldest)->start <= first_.start) return std::optional<Refusal>();
    Refusal refusal;
    const auto lengths = past_.lengths(first_.start, end_);
    if (!lengths) return fail(lengths.error());
    if (!lengths->empty() && lengths->front() != question_.seconds)
      refusal.why = fmt::format("the periods of this time are {} s long, not {} s", lengths->front(),
                                question_.seconds);
    else if (!*oldest)
      refusal.why = fmt::format("no period of {} s has been collected yet", question_.seconds);
    else
      refusal.why = fmt::format("what is kept begins at {}", time_of((*oldest)->start));
    if (*oldest && (*oldest)->start < end_) refusal.instead = Refusal::Span{(*oldest)->start, end_};
    return std::optional(std::move(refusal));
  }

  Result<std::optional<Waiting>> look_at_newest() {
    const Period newest{end_ - question_.seconds, question_.seconds};
    auto joined = past_.joined(newest);
    if (!joined) return fail(std::move(joined.error()));
    const int64_t patience = question_.asked + question_.wait;
    if (joined->is_settled || now_ >= patience) return std::optional<Waiting>();
    return std::optional(Waiting{newest, std::min(patience, std::max(joined->settles_at, now_ + 1)),
                                 std::move(joined->awaited)});
  }

  Result<Reply> go_through() {
    answer_ = {
        .form = question_.form, .first = first_, .last = {end_ - question_.seconds, question_.seconds}};
    answer_.count = static_cast<uint64_t>((end_ - first_.start) / question_.seconds);
    if (question_.may_estimate) {
      if (auto warmed = look_back(); !warmed) return fail(std::move(warmed.error()));
    }
    for (Period period = first_; period.start < end_; period.start += period.seconds) {
      auto joined = past_.joined(period);
      if (!joined) return fail(std::move(joined.error()));
      take(std::move(*joined));
    }
    if (!bad_) return Reply(finish());
    return refuse_holes();
  }

  // What was before the span, for estimates in its first periods.
  Result<void> look_back() {
    for (Period period{first_.start - kReach * question_.seconds, question_.seconds};
         period.start < first_.start; period.start += period.seconds) {
      auto joined = past_.joined(period);
      if (!joined) return fail(std::move(joined.error()));
      (void)remember(std::move(joined->matrix), false);
    }
    return {};
  }

  bool is_over(const Joined& joined) const { return joined.period.end() <= now_; }

  // Fills what is missing from the nearest period that knows it. What is kept for the next ones is what was
  // counted, so that no estimate is made of an estimate.
  Matrix remember(Matrix counted, bool is_over) {
    Matrix matrix = counted;
    if (is_over) {
      for (auto before = memory_.rbegin(); before != memory_.rend() && has_holes(matrix); ++before)
        matrix = filled(matrix, *before);
    }
    memory_.push_back(std::move(counted));
    if (memory_.size() > static_cast<size_t>(kReach)) memory_.erase(memory_.begin());
    return matrix;
  }

  void take(Joined joined) {
    const bool is_complete = joined.gaps.empty() && is_over(joined);
    note_run(joined.period, is_complete);
    Matrix matrix = std::move(joined.matrix);
    if (question_.may_estimate) matrix = remember(std::move(matrix), is_over(joined));
    if (has_holes(matrix) || !is_over(joined)) {
      if (!bad_) bad_ = Joined{.period = joined.period, .matrix = matrix, .gaps = std::move(joined.gaps)};
      return;
    }
    if (bad_) return;  // it is only gone through for what could be answered
    estimated_.insert(matrix.estimated.begin(), matrix.estimated.end());
    if (question_.form == Form::kSingle) {
      answer_.matrices.push_back({joined.period, std::move(matrix)});
      return;
    }
    const double weight = weight_of(joined.period);
    weights_ += weight;
    sum_.add(matrix, weight);
  }

  // i^k, divided by the largest of all, so that none is beyond what a number can be.
  double weight_of(const Period& period) const {
    if (question_.form != Form::kWeighted) return 1;
    const auto k = static_cast<double>(period.start - first_.start) / static_cast<double>(period.seconds);
    const auto last = static_cast<double>(answer_.count - 1);
    return question_.weight >= 1 ? std::pow(question_.weight, k - last) : std::pow(question_.weight, k);
  }

  Answer finish() {
    answer_.estimated.assign(estimated_.begin(), estimated_.end());
    if (question_.form == Form::kSingle) return std::move(answer_);
    WeightedSum normalised;
    Matrix sum = sum_.build();
    normalised.add(sum, 1 / weights_);
    answer_.matrices.push_back({answer_.last, normalised.build()});
    return std::move(answer_);
  }

  // The longest run of complete periods, of equal ones the latest.
  void note_run(const Period& period, bool is_complete) {
    if (!is_complete) {
      run_.reset();
      return;
    }
    if (!run_) run_ = Refusal::Span{period.start, period.start};
    run_->to = period.end();
    if (!longest_ || run_->to - run_->from >= longest_->to - longest_->from) longest_ = run_;
  }

  Result<Reply> refuse_holes() {
    Refusal refusal{.period = bad_->period, .gaps = std::move(bad_->gaps), .instead = longest_};
    const bool is_past = bad_->period.end() <= now_;
    refusal.why = !is_past ? fmt::format("the period from {} is not over before {}",
                                         time_of(bad_->period.start), time_of(bad_->period.end()))
                  : question_.may_estimate
                      ? fmt::format(
                            "in the period from {} a part is missing, and none of the {} periods before "
                            "knows it",
                            time_of(bad_->period.start), kReach)
                      : fmt::format("in the period from {} a part is missing", time_of(bad_->period.start));
    refusal.would_estimate = is_past && !question_.may_estimate;
    if (question_.may_estimate)
      std::erase_if(refusal.gaps, [&](const Gap& gap) { return is_estimated(gap); });
    if (!refusal.instead) {
      auto found = find_before();
      if (!found) return fail(std::move(found.error()));
      refusal.instead = *found;
    }
    return Reply(std::move(refusal));
  }

  bool is_estimated(const Gap& gap) const {
    const auto& estimated = bad_->matrix.estimated;
    return std::binary_search(estimated.begin(), estimated.end(), gap.machine);
  }

  Result<std::optional<Refusal::Span>> find_before() {
    const auto oldest = past_.first(question_.seconds);
    if (!oldest) return fail(oldest.error());
    constexpr int64_t kLook = 120;  // periods
    const int64_t limit = std::max((*oldest)->start, first_.start - kLook * question_.seconds);
    for (Period period{first_.start - question_.seconds, question_.seconds}; period.start >= limit;
         period.start -= period.seconds) {
      auto joined = past_.joined(period);
      if (!joined) return fail(std::move(joined.error()));
      if (joined->gaps.empty() && is_over(*joined))
        return std::optional(Refusal::Span{period.start, period.end()});
    }
    return std::optional<Refusal::Span>();
  }

  static constexpr int64_t kLastSecond = 253'402'300'799;  // of the year 9999

  const Question& question_;
  Past& past_;
  const int64_t now_;
  Period first_;
  int64_t end_ = 0;

  Answer answer_;
  std::vector<Matrix> memory_;  // the last ones, as they were counted
  std::set<std::string> estimated_;
  WeightedSum sum_;
  double weights_ = 0;
  std::optional<Joined> bad_;  // the first that cannot be answered
  std::optional<Refusal::Span> run_, longest_;
};

}  // namespace

Result<Reply> answer(const Question& question, Past& past, int64_t now) {
  return Answering(question, past, now).run();
}

std::string to_text(const Waiting& waiting) {
  return fmt::format(
      "the period from {} to {} is not settled: {} is awaited, until {} at most\n",
      time_of(waiting.period.start), time_of(waiting.period.end()),
      waiting.awaited.empty() ? "its end" : fmt::format("{}", fmt::join(waiting.awaited, ", ")),
      time_of(waiting.until));
}

std::string to_text(const Refusal& refusal) {
  std::string text = refusal.why + "\n";
  for (const Gap& gap : refusal.gaps)
    text += fmt::format("  {} on {}: {}\n", gap.machine, gap.host, text_of(gap.why));
  if (refusal.instead)
    text += fmt::format("what could be answered: from {} to {}\n", time_of(refusal.instead->from),
                        time_of(refusal.instead->to));
  if (refusal.would_estimate) text += "or allow an estimate of the missing part\n";
  return text;
}

std::string headline_of(const Answer& answer) {
  std::string text =
      fmt::format("{} {} of {} s from {} to {}", answer.count, answer.count == 1 ? "period" : "periods",
                  answer.first.seconds, time_of(answer.first.start), time_of(answer.last.end()));
  if (answer.form == Form::kMean) text += ", their mean";
  if (answer.form == Form::kWeighted) text += ", weighted";
  if (!answer.estimated.empty()) text += fmt::format("; estimated: {}", fmt::join(answer.estimated, ", "));
  return text + "\n";
}

}  // namespace attune::traffic
