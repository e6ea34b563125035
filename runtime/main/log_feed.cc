// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/log_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "runtime/journal/record_json.h"
#include "runtime/main/run_records.h"

namespace attune::main {

namespace {

constexpr size_t kAtOnce = 256;  // records

bool is_of_run(const std::string& body, workflow::RunId run) {
  const auto record = journal::record_from_json(body);
  return record && run_of(*record) == run;
}

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
  return std::shared_ptr<LogFeed>(new LogFeed(std::move(*reader), from));
}

std::optional<std::string> LogFeed::next() {
  std::string lines;
  while (lines.empty() && !over_) {
    auto records = reader_.read_stored(next_, kAtOnce);
    if (!records) {
      over_ = true;
      return control::error_response(records.error()).body;
    }
    if (records->empty()) {
      if (query_.follow) return lines;
      over_ = true;
    }
    for (const journal::StoredRecord& record : *records) {
      next_ = record.sequence + 1;
      if (query_.run == 0 || is_of_run(record.body, query_.run)) lines.append(record.body).append("\n");
    }
  }
  if (lines.empty()) return std::nullopt;
  return lines;
}

}  // namespace attune::main
