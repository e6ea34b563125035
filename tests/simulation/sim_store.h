// SPDX-License-Identifier: Apache-2.0
// SimDisk and SimStore: the journal of all managers, and the store of one of them on it. What was handed over
// is durable some time later; a manager's death can lose what was not, though it may as well have reached the
// disk. The disk can be slow, full, or refuse.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/workflow/store.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/timeline.h"

namespace attune::simulation {

struct SimDisk {
  std::vector<workflow::Record> records;  // all that was handed over
  size_t durable = 0;                     // of these
  Dice dice{0};
  Duration latency = std::chrono::milliseconds(1);
  bool is_full = false;
  bool refuses = false;
};

class SimStore final : public workflow::Store {
 public:
  // Of each batch when it is handed over, and when it is durable (the number of the last record).
  struct Onlooker {
    std::function<void(const std::vector<workflow::Record>&)> appended;
    std::function<void(uint64_t last)> durable;
  };
  SimStore(SimDisk& disk, Timeline& world, Timeline& loop, Onlooker onlooker)
      : disk_(disk), world_(world), loop_(loop), onlooker_(std::move(onlooker)) {}
  ~SimStore() override { *alive_ = false; }

  void append(std::vector<workflow::Record> records, std::function<void(Result<void>)> durable) override;
  // Its manager has died: what waits is on the disk up to some batch, and is told to have failed.
  void cut();
  // Nobody is told of anything any more.
  void close() { *alive_ = false; }
  // The disk has changed: goes on, or tells that it refuses.
  void look_again();

 private:
  struct Batch {
    size_t end = 0;  // the records up to here
    std::function<void(Result<void>)> durable;
  };
  void tell(const std::function<void(Result<void>)>& durable, Result<void> end);
  void schedule();
  void write();

  SimDisk& disk_;
  Timeline& world_;
  Timeline& loop_;
  Onlooker onlooker_;
  std::deque<Batch> waiting_;
  bool is_writing_ = false;
  bool is_cut_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::simulation
