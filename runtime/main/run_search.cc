// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_search.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace attune::main {

namespace {

using workflow::Record;
using workflow::RunId;

constexpr uint64_t kAtOnce = 256;  // records

template <class T>
concept OfRun = requires(const T& of) {
  of.run;
};

// Some from `at` on, which then stands behind them. A damaged one is passed over: others can be read all the
// same.
Result<std::vector<Record>> read_or_pass(journal::Reader& reader, uint64_t& at, uint64_t at_most) {
  auto records = reader.read(at, at_most);
  if (records) {
    at = records->empty() ? at + at_most : records->back().sequence + 1;
  } else if (records.error().code == ErrorCode::kCorrupt) {
    ++at;
    return std::vector<Record>();
  }
  return records;
}

}  // namespace

RunId run_of(const Record& record) {
  return std::visit(
      [](const auto& of) -> RunId {
        using T = std::decay_t<decltype(of)>;
        if constexpr (std::is_same_v<T, workflow::CallIntent>)
          return of.call.run;
        else if constexpr (OfRun<T>)
          return of.run;
        else
          return 0;
      },
      record.what);
}

BeginningSearch::BeginningSearch(RunId run, uint64_t first, uint64_t last)
    : run_(run), low_(first), high_(std::max(first, last + 1)) {
  halve();
}

void BeginningSearch::halve() {
  middle_ = at_ = low_ + (high_ - low_) / 2;
}

Result<bool> BeginningSearch::step(journal::Reader& reader) {
  if (low_ >= high_) return true;
  const auto records = read_or_pass(reader, at_, std::min(kAtOnce, high_ - at_));
  if (!records) return fail(records.error());
  const auto begun = std::find_if(records->begin(), records->end(), [](const Record& record) {
    return std::holds_alternative<workflow::RunStarted>(record.what);
  });
  if (begun != records->end()) {
    look_at(*begun);
  } else {
    if (at_ < high_) return false;
    high_ = middle_;
  }
  if (found_ || low_ >= high_) return true;
  halve();
  return false;
}

void BeginningSearch::look_at(const Record& record) {
  const auto& began = std::get<workflow::RunStarted>(record.what);
  if (began.run == run_)
    found_ = Beginning{began.event, record.sequence};
  else if (began.run < run_)
    low_ = record.sequence + 1;
  else
    high_ = middle_;
}

RunSearch::RunSearch(journal::Reader reader, RunId run, uint64_t first, uint64_t last)
    : reader_(std::move(reader)), run_(run), first_(first), beginning_(run, first, last) {}

Result<RunSearch> RunSearch::open(const std::string& journal, RunId run) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first(), last = reader->last();
  if (!first || !last) return fail(!first ? first.error() : last.error());
  return RunSearch(std::move(*reader), run, *first, *last);
}

Result<bool> RunSearch::step() {
  if (stage_ == Stage::kBeginning) return begin();
  return stage_ == Stage::kEvent ? look_back() : go_on();
}

Result<bool> RunSearch::begin() {
  const auto ended = beginning_.step(reader_);
  if (!ended || !*ended) return ended;
  if (!beginning_.found()) {
    const std::string_view where = first_ > 1 ? " (any more: the oldest records were deleted)" : "";
    return fail(ErrorCode::kNotFound, fmt::format("there is no run {} in the journal{}", run_, where));
  }
  next_ = back_ = beginning_.found()->sequence;
  stage_ = Stage::kEvent;
  return false;
}

// Its event stands before it, sometimes far: events are numbered in the order of their records.
Result<bool> RunSearch::look_back() {
  const uint64_t wanted = beginning_.found()->event;
  const uint64_t from = std::max(first_, back_ > kAtOnce ? back_ - kAtOnce : 1);
  if (from >= back_) {
    stage_ = Stage::kRun;
    return false;
  }
  for (uint64_t at = from; at < back_;) {
    const auto records = read_or_pass(reader_, at, back_ - at);
    if (!records) return fail(records.error());
    for (const Record& record : *records) {
      const auto* event = std::get_if<workflow::EventAccepted>(&record.what);
      if (event == nullptr) continue;
      if (event->event == wanted) found_.push_back(record);
      if (event->event <= wanted) stage_ = Stage::kRun;
    }
  }
  back_ = from;
  return false;
}

Result<bool> RunSearch::go_on() {
  auto records = reader_.read(next_, kAtOnce);
  const bool has_ended = until_ != UINT64_MAX;
  if (!records && !has_ended) return fail(std::move(records.error()));
  if (!records || records->empty()) return true;
  next_ = records->back().sequence + 1;
  for (Record& record : *records) {
    if (run_of(record) != run_) continue;
    found_.push_back(std::move(record));
    if (is_last(found_.back())) return true;
  }
  return next_ > until_;
}

bool RunSearch::is_last(const Record& record) {
  if (std::holds_alternative<workflow::RunJudged>(record.what)) return true;
  const auto* end = std::get_if<workflow::RunEnded>(&record.what);
  if (end == nullptr) return false;
  until_ = record.sequence + kJudgedAtMost;
  return end->end != workflow::RunEnd::kDone;
}

}  // namespace attune::main
