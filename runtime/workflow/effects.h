// SPDX-License-Identifier: Apache-2.0
// Effects: what one input to the engine leads to; and the time and the numbers that go with it. Immutable
// values; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

struct Now {
  Instant steady{};
  WallTime wall{};
};

// What one input leads to, in this order: the records must be durable before any of the calls is issued.
// Cancellations need not wait.
struct Effects {
  std::vector<Record> records;
  std::vector<Call> calls;
  std::vector<CallId> cancels;
  RunId run = 0;  // the run that a request by hand has started; its RunEnded tells how it went

  bool empty() const { return records.empty() && calls.empty() && cancels.empty(); }
};

// Where the numbering goes on; what an earlier journal ended with, plus one.
struct Numbers {
  uint64_t record = 1, event = 1;
  RunId run = 1;
  CallId call = 1;
  friend bool operator==(const Numbers&, const Numbers&) = default;
};

}  // namespace attune::workflow
