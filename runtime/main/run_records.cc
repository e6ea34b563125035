// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_records.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/journal/reader.h"

namespace attune::main {

namespace {

using workflow::Record;
using workflow::RunId;

constexpr size_t kAtOnce = 256;           // records
constexpr uint64_t kEventAtMost = 2000;   // records between an event and the last run that it starts
constexpr uint64_t kJudgedAtMost = 2000;  // records between a run's end and whether it has helped
constexpr uint64_t kLookedBack = 5000;    // records that are searched for suppressions

template <class T>
concept OfRun = requires(const T& of) {
  of.run;
};

// A run's beginning, and where it stands.
struct Beginning {
  RunId run = 0;
  uint64_t event = 0, sequence = 0;
};

// The first run that begins with the record `from` or after it; nothing where none does.
Result<std::optional<Beginning>> first_beginning(journal::Reader& reader, uint64_t from) {
  for (;;) {
    const auto records = reader.read(from, kAtOnce);
    if (!records) return fail(records.error());
    if (records->empty()) return std::optional<Beginning>();
    for (const Record& record : *records)
      if (const auto* began = std::get_if<workflow::RunStarted>(&record.what))
        return std::optional(Beginning{began->run, began->event, record.sequence});
    from = records->back().sequence + 1;
  }
}

// By halves: the first beginning after a point tells on which side of it the run's is.
Result<Beginning> find_beginning(journal::Reader& reader, RunId run, uint64_t first, uint64_t last) {
  uint64_t low = first, high = last + 1;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    const auto next = first_beginning(reader, middle);
    if (!next) return fail(next.error());
    if (*next && (*next)->run == run) return **next;
    if (*next && (*next)->run < run)
      low = (*next)->sequence + 1;
    else
      high = middle;
  }
  const std::string_view where = first > 1 ? " (any more: the oldest records were deleted)" : "";
  return fail(ErrorCode::kNotFound, fmt::format("there is no run {} in the journal{}", run, where));
}

// Its event, which stands before it.
Result<void> add_event(journal::Reader& reader, const Beginning& beginning, uint64_t first,
                       std::vector<Record>& found) {
  const uint64_t from = beginning.sequence > kEventAtMost ? beginning.sequence - kEventAtMost : 1;
  for (uint64_t end = beginning.sequence; end > std::max(from, first);) {
    const uint64_t begin = std::max({from, first, end > kAtOnce ? end - kAtOnce : 1});
    const auto records = reader.read(begin, end - begin);
    if (!records) return fail(records.error());
    for (const Record& record : *records) {
      const auto* event = std::get_if<workflow::EventAccepted>(&record.what);
      if (event == nullptr || event->event != beginning.event) continue;
      found.push_back(record);
      return {};
    }
    end = begin;
  }
  return {};
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

Result<std::vector<Record>> records_of_run(const std::string& journal, RunId run) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first(), last = reader->last();
  if (!first || !last) return fail(!first ? first.error() : last.error());
  const auto beginning = find_beginning(*reader, run, *first, *last);
  if (!beginning) return fail(beginning.error());
  std::vector<Record> found;
  if (auto added = add_event(*reader, *beginning, *first, found); !added) return fail(added.error());
  uint64_t until = UINT64_MAX;
  for (uint64_t from = beginning->sequence; from <= until;) {
    auto records = reader->read(from, kAtOnce);
    if (!records) return fail(std::move(records.error()));
    if (records->empty()) return found;
    from = records->back().sequence + 1;
    for (Record& record : *records) {
      if (run_of(record) != run) continue;
      found.push_back(std::move(record));
      if (const auto* end = std::get_if<workflow::RunEnded>(&found.back().what)) {
        if (end->end != workflow::RunEnd::kDone) return found;
        until = found.back().sequence + kJudgedAtMost;
      }
      if (std::holds_alternative<workflow::RunJudged>(found.back().what)) return found;
    }
  }
  return found;
}

Result<std::vector<Record>> last_suppressions(const std::string& journal, std::string_view event,
                                              std::string_view component) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first(), last = reader->last();
  if (!first || !last) return fail(!first ? first.error() : last.error());
  std::vector<Record> found;
  for (uint64_t from = std::max(*first, *last > kLookedBack ? *last - kLookedBack : 1);;) {
    auto records = reader->read(from, kAtOnce);
    if (!records) return fail(std::move(records.error()));
    if (records->empty()) return found;
    from = records->back().sequence + 1;
    for (Record& record : *records) {
      const auto* kept = std::get_if<workflow::EventSuppressed>(&record.what);
      if (kept != nullptr && kept->name == event && (component.empty() || kept->component == component))
        found.push_back(std::move(record));
    }
  }
}

}  // namespace attune::main
