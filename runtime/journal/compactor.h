// SPDX-License-Identifier: Apache-2.0
// Compactor: makes checkpoints of the journal while it is written, and deletes the records that nothing needs
// any more. A checkpoint is made on a thread and a reader of its own, from the last one and the records
// since; the writer's thread stores it, and deletes, in steps so small that no commit waits long. Whatever
// step is the last one before a crash, what is there suffices. Internal to journal/; the writer's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/worker.h"
#include "runtime/journal/checkpoint_pieces.h"
#include "runtime/journal/compaction.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

class Compactor {
 public:
  // `writer` is the connection to the journal at `path` that writes it, `wake` is called from another thread
  // when there is a step to do. What is referred to must outlive it.
  // The log is told what could not be done; it may be none.
  Compactor(std::string path, Database& writer, Compaction what, std::function<void()> wake, Log* log);

  // After a commit, with the last record's sequence: begins a checkpoint where it is time.
  void look(uint64_t last);
  // Whether there is a step to do.
  bool has_step() const;
  // How many are to be done when so many records were written, so that deleting keeps up.
  size_t steps_for(size_t written) const { return 2 * written / what_.batch; }
  // Does one: a transaction of its own. Where it fails (the disk is full), the checkpoint is given up, and
  // another is made later.
  void step();
  // At the end: makes a checkpoint now, where there is something to gain; its steps are left to be done.
  void conclude(uint64_t last);

 private:
  struct Made {
    uint64_t before = 0, sequence = 0;  // the checkpoint that it began from, its own
    std::vector<CheckpointPiece> pieces;
    std::optional<Error> passed_over;  // one that is damaged
  };
  Result<Made> make() const;
  void take(Result<Made> made);
  Result<void> do_step();
  Result<void> finish_checkpoint();
  Result<void> delete_some();
  void tell(const Error& error);

  const std::string path_;
  Database& writer_;
  const Compaction what_;
  const std::function<void()> wake_;
  Log* const log_;
  uint64_t last_ = 0;                   // record that was committed
  uint64_t looked_at_ = 0;              // where the newest checkpoint was made, or could not be
  uint64_t deletable_ = 0;              // records up to there are held by two checkpoints
  uint64_t deleted_ = 0;                // records up to there are deleted
  std::deque<CheckpointPiece> pieces_;  // to be stored
  uint64_t before_ = 0, sequence_ = 0;  // of the checkpoint that is being stored
  bool is_making_ = false;

  mutable std::mutex mutex_;
  std::optional<Result<Made>> made_;  // under mutex_
  std::unique_ptr<Worker> worker_;    // last: it uses the above
};

}  // namespace attune::journal
