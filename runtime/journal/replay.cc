// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/replay.h"

#include <optional>
#include <utility>

namespace attune::journal {

namespace {

constexpr size_t kAtOnce = 4096;  // records

Error misfit(const Error& why, const Reader& reader) {
  return Error(why).within("journal " + reader.path() +
                           " does not fit this project; move it away to begin anew, or name another project "
                           "with -p");
}

}  // namespace

Result<Replayed> replay(Reader& reader, workflow::History& history) {
  Replayed done;
  auto checkpoint = reader.checkpoint();
  if (!checkpoint) return fail(std::move(checkpoint.error()));
  if (const auto& damaged = reader.passed_over())
    done.passed_over =
        Error{damaged->code, damaged->message + "; what stands before is read instead, which tells the same"};
  if (*checkpoint) {
    done.checkpoint = (*checkpoint)->sequence();
    if (auto restored = history.restore(std::move(**checkpoint)); !restored)
      return fail(misfit({ErrorCode::kCorrupt, restored.error().message}, reader));
  }
  for (uint64_t next = done.checkpoint + 1;;) {
    const auto records = reader.read(next, kAtOnce);
    if (!records) return fail(records.error());
    if (records->empty()) return done;
    for (const workflow::Record& record : *records)
      if (auto added = history.add(record); !added) return fail(misfit(added.error(), reader));
    done.records += records->size();
    next = records->back().sequence + 1;
  }
}

}  // namespace attune::journal
