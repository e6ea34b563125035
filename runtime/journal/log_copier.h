// SPDX-License-Identifier: Apache-2.0
// LogCopier: copies SQLite's write-ahead log back into the file, on a thread and a connection of its own, so
// that no commit waits for it. Internal to journal/; the writer's thread.
#pragma once

#include <atomic>
#include <string>

#include "runtime/base/result.h"
#include "runtime/base/worker.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

// Pages in the log.
struct CopyLimits {
  int between = 1000;  // so many new ones are copied at a time; in a quiet moment all, where it is so long
  int most = 16'000;   // then the writer waits for the rest to be copied, and the log begins anew
};

class LogCopier {
 public:
  // `copier` and `writer` are connections to the same file; the writer's must outlive it.
  LogCopier(Database copier, Database& writer, CopyLimits limits)
      : copier_(std::move(copier)), writer_(writer), limits_(limits), next_(limits.between) {}

  // After a commit: does what is to be done. `is_quiet`: no other waits. A failure shows at the next commit.
  void look(bool is_quiet);

 private:
  void copy();

  Database copier_;  // the worker's
  Database& writer_;
  const CopyLimits limits_;
  int next_;      // from so many pages on
  int last_ = 0;  // pages at the last look
  bool is_last_pass_ = false;
  std::atomic<bool> is_busy_ = false;
  Worker worker_;  // last: it uses the above
};

}  // namespace attune::journal
