// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/log_copier.h"

namespace attune::journal {

namespace {
// Takes nothing that a writer or a reader wants, and waits for nobody.
constexpr std::string_view kCopy = "PRAGMA wal_checkpoint(PASSIVE)";
}  // namespace

// SQLite begins the log anew by itself at the first commit that finds all of it copied; until then the file
// grows, which makes each commit dearer. Under a steady stream of commits that never comes about, so the
// writer copies what little the last pass has left. A worker that gets no turn has copied nothing by then: at
// most_ the writer does it all. Where a reader keeps the log from beginning anew, that is tried again later.
void LogCopier::look(bool is_quiet) {
  const int pages = writer_.log_pages();
  if (pages < last_) {
    next_ = limits_.between;
    most_ = limits_.most;
    is_last_pass_ = false;
  }
  last_ = pages;
  if (pages >= most_) return copy_here();
  if (is_busy_) return;
  if (is_last_pass_) {
    copy_here();
  } else if (pages >= next_ || (is_quiet && pages >= limits_.between)) {
    is_last_pass_ = pages >= limits_.last;
    next_ = pages + limits_.between;
    copy();
  }
}

void LogCopier::copy() {
  is_busy_ = true;
  worker_.post([this] {
    {
      const std::lock_guard lock(pass_);
      (void)copier_.run(kCopy);
    }
    is_busy_ = false;
  });
}

void LogCopier::copy_here() {
  const std::lock_guard lock(pass_);
  (void)writer_.run(kCopy);
  is_last_pass_ = false;
  next_ = last_ + limits_.between;
  if (last_ >= most_) most_ = next_;
}

}  // namespace attune::journal
