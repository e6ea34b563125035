// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/suppression_search.h"

#include <algorithm>
#include <variant>

namespace attune::main {

namespace {
constexpr uint64_t kAtOnce = 256;  // records
}

SuppressionSearch::SuppressionSearch(journal::Reader reader, std::string event, std::string component,
                                     uint64_t from, uint64_t last)
    : reader_(std::move(reader)),
      event_(std::move(event)),
      component_(std::move(component)),
      next_(from),
      last_(last) {}

Result<SuppressionSearch> SuppressionSearch::open(const std::string& journal, std::string event,
                                                  std::string component) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first(), last = reader->last();
  if (!first || !last) return fail(!first ? first.error() : last.error());
  const uint64_t from = std::max(*first, *last > kLookedBack ? *last - kLookedBack + 1 : 1);
  return SuppressionSearch(std::move(*reader), std::move(event), std::move(component), from, *last);
}

Result<bool> SuppressionSearch::step() {
  if (next_ > last_) return true;
  auto records = reader_.read(next_, std::min(kAtOnce, last_ - next_ + 1));
  if (!records && records.error().code == ErrorCode::kCorrupt) return ++next_ > last_;  // others can be read
  if (!records) return fail(std::move(records.error()));
  if (records->empty()) return true;
  next_ = records->back().sequence + 1;
  for (workflow::Record& record : *records)
    if (is_wanted(record)) found_.push_back(std::move(record));
  return next_ > last_;
}

bool SuppressionSearch::is_wanted(const workflow::Record& record) const {
  const auto* kept = std::get_if<workflow::EventSuppressed>(&record.what);
  return kept != nullptr && kept->name == event_ && (component_.empty() || kept->component == component_);
}

}  // namespace attune::main
