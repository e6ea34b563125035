// SPDX-License-Identifier: Apache-2.0
// LogCopier: copies SQLite's write-ahead log back into the file, on a thread and a connection of its own, so
// that no commit waits for it, but for one that finds the log as long as it may be. Internal to journal/; the
// writer's thread.
#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "runtime/base/result.h"
#include "runtime/base/worker.h"
#include "runtime/journal/sqlite.h"

namespace attune::journal {

// Pages in the log.
struct CopyLimits {
  int between = 1000;  // so many new ones are copied at a time; in a quiet moment all, where it is so long
  int last = 12'000;   // then the writer copies what a pass has left, and the log begins anew
  int most = 15'000;   // then the writer waits for the pass under way, if any, and copies all the rest
};

class LogCopier {
 public:
  // `copier` and `writer` are connections to the same file; the writer's must outlive it.
  LogCopier(Database copier, Database& writer, CopyLimits limits)
      : copier_(std::move(copier)),
        writer_(writer),
        limits_(limits),
        next_(limits.between),
        most_(limits.most) {}

  // After a commit: does what is to be done. `is_quiet`: no other waits. A failure shows at the next commit.
  // The log is no longer than `most` and the commit that went beyond, unless somebody keeps reading it.
  void look(bool is_quiet);
  // How long it was then.
  int pages() const { return last_; }

 private:
  void copy();
  void copy_here();

  Database copier_;  // the worker's
  Database& writer_;
  const CopyLimits limits_;
  std::mutex pass_;  // held while one copies
  int next_;         // from so many pages on the worker copies
  int most_;         // and the writer
  int last_ = 0;     // pages at the last look
  bool is_last_pass_ = false;
  std::atomic<bool> is_busy_ = false;
  Worker worker_;  // last: it uses the above
};

}  // namespace attune::journal
