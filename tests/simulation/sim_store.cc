// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sim_store.h"

namespace attune::simulation {

namespace {

Result<void> refusal() {
  return fail(ErrorCode::kFailed, "journal: the disk refuses: Input/output error");
}

}  // namespace

void SimStore::append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) {
  if (is_cut_) return tell(durable, refusal());
  onlooker_.appended(records);
  for (workflow::Record& record : records) disk_.records.push_back(std::move(record));
  waiting_.push_back({disk_.records.size(), std::move(durable)});
  schedule();
}

void SimStore::tell(const std::function<void(Result<void>)>& durable, Result<void> end) {
  loop_.post([alive = alive_, durable, end = std::move(end)] {
    if (*alive) durable(end);
  });
}

void SimStore::schedule() {
  if (is_writing_ || waiting_.empty() || is_cut_ || disk_.is_full) return;
  is_writing_ = true;
  world_.later(disk_.latency, [this, alive = alive_] {
    if (*alive) write();
  });
}

// Who waits shares the write.
void SimStore::write() {
  is_writing_ = false;
  if (is_cut_ || disk_.is_full) return;
  if (disk_.refuses) {
    for (const Batch& batch : std::exchange(waiting_, {})) tell(batch.durable, refusal());
    disk_.records.resize(disk_.durable);
    return;
  }
  for (const Batch& batch : std::exchange(waiting_, {})) {
    if (!is_cut_) {
      disk_.durable = batch.end;
      onlooker_.durable(disk_.records[batch.end - 1].sequence);
    }
    tell(batch.durable, is_cut_ ? refusal() : Result<void>());  // it may have been killed at this very record
  }
}

void SimStore::look_again() {
  schedule();
}

void SimStore::cut() {
  is_cut_ = true;
  for (const Batch& batch : waiting_) {
    if (!disk_.is_full && !disk_.refuses && disk_.dice.one_in(3)) disk_.durable = batch.end;
  }
  for (const Batch& batch : std::exchange(waiting_, {})) tell(batch.durable, refusal());
  disk_.records.resize(disk_.durable);
}

}  // namespace attune::simulation
