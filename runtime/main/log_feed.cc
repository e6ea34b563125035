// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/log_feed.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "runtime/journal/record_json.h"

namespace attune::main {

namespace {

constexpr size_t kAtOnce = 256;  // records

}  // namespace

Result<std::shared_ptr<LogFeed>> LogFeed::open(const std::string& journal, const control::LogQuery& query) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first();
  if (!first) return fail(first.error());
  if (query.from != 0 && query.from < *first)
    return fail(ErrorCode::kNotFound,
                fmt::format("record {} was deleted: the journal begins with record {}, since it keeps what "
                            "`journal.records` in attune.info says",
                            query.from, *first));
  control::LogQuery from = query;
  from.from = std::max(query.from, *first);
  if (query.last != 0) {
    const auto last = reader->last();
    if (!last) return fail(last.error());
    if (*last >= query.last) from.from = std::max(from.from, *last - query.last + 1);
  }
  std::optional<BeginningSearch> beginning;
  if (query.run != 0) {
    const auto last = reader->last();
    if (!last) return fail(last.error());
    beginning.emplace(query.run, *first, *last);
  }
  return std::shared_ptr<LogFeed>(new LogFeed(std::move(*reader), from, beginning));
}

std::optional<std::string> LogFeed::next() {
  has_more_ = false;
  if (over_) return std::nullopt;
  auto lines = read();
  if (!lines) {
    over_ = true;
    if (until_ != UINT64_MAX) return std::nullopt;  // the run has ended before
    return control::error_response(lines.error()).body;
  }
  if (lines->empty() && over_) return std::nullopt;
  return std::move(*lines);
}

// One piece.
Result<std::string> LogFeed::read() {
  std::string lines;
  if (beginning_) {
    has_more_ = true;
    if (auto looked = look_for_beginning(); !looked) return fail(std::move(looked.error()));
    return lines;
  }
  const auto records = reader_.read_stored(next_, kAtOnce);
  if (!records) return fail(records.error());
  has_more_ = !records->empty();
  over_ = !query_.follow && records->empty();
  for (const journal::StoredRecord& record : *records) {
    next_ = record.sequence + 1;
    if (query_.run == 0 || is_shown(record)) lines.append(record.body).append("\n");
  }
  if (!query_.follow && next_ > until_) over_ = true;
  return lines;
}

// Where it was deleted, what is left of the run may stand anywhere.
Result<void> LogFeed::look_for_beginning() {
  const auto ended = beginning_->step(reader_);
  if (!ended) return fail(ended.error());
  if (!*ended) return {};
  if (beginning_->found()) next_ = std::max(next_, beginning_->found()->sequence);
  beginning_.reset();
  return {};
}

bool LogFeed::is_shown(const journal::StoredRecord& stored) {
  const auto record = journal::record_from_json(stored.body);
  if (!record || run_of(*record) != query_.run) return false;
  if (std::holds_alternative<workflow::RunEnded>(record->what)) until_ = stored.sequence + kJudgedAtMost;
  return true;
}

}  // namespace attune::main
