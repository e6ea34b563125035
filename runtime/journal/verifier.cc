// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/verifier.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::journal {

namespace {
constexpr uint64_t kAtOnce = 1000;  // records
}

Result<Verifier> Verifier::open(const std::string& path, Log& log) {
  auto reader = Reader::open(path);
  if (!reader) return fail(std::move(reader.error()));
  const auto first = reader->first(), last = reader->last();
  if (!first || !last) return fail(!first ? first.error() : last.error());
  return Verifier(std::move(*reader), *first, *last, log);
}

bool Verifier::step() {
  const auto first = reader_.first();
  if (!first) return true;
  next_ = std::max(next_, *first);  // others were deleted meanwhile
  if (next_ > last_) return true;
  const auto records = reader_.read_stored(next_, std::min(kAtOnce, last_ - next_ + 1));
  if (records && !records->empty()) {
    next_ = records->back().sequence + 1;
    return next_ > last_;
  }
  if (!records && records.error().code == ErrorCode::kCorrupt)
    log_->warning(
        fmt::format("journal {}, record {}: damaged or missing; attuned goes on, from a checkpoint after it, "
                    "but `attune log` and `attune export` end before it",
                    reader_.path(), next_));
  return true;
}

}  // namespace attune::journal
