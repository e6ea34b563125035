// SPDX-License-Identifier: Apache-2.0
// Store: the port to the journal. The loop appends records and is told when they are on disk; calls wait for
// that. Loop thread only.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

class Store {
 public:
  virtual ~Store() = default;

  // Keeps the records, in order. `durable` is called on the loop's thread once they (and all before them) are
  // on disk, or with the Error that stopped it; after an Error nothing more is accepted. A full disk is
  // waited out, not an Error. Appends that come while a write is under way share the next one.
  virtual void append(std::vector<Record> records, std::function<void(Result<void>)> durable) = 0;

  // The same for records that nobody waits for: they may be told to be kept when they would outlive this
  // process, and outlive the machine with the next append().
  virtual void note(std::vector<Record> records, std::function<void(Result<void>)> kept) {
    append(std::move(records), std::move(kept));
  }
};

}  // namespace attune::workflow
