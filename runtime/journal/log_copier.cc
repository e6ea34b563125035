// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/log_copier.h"

namespace attune::journal {

namespace {
// Takes nothing that a writer or a reader wants, and waits for nobody.
constexpr std::string_view kCopy = "PRAGMA wal_checkpoint(PASSIVE)";
}  // namespace

// SQLite begins the log anew by itself at the first commit that finds all of it copied; until then the file
// grows, which makes each commit dearer. Under a steady stream of commits that never comes about, so at the
// limit the writer copies what little the last pass has left.
void LogCopier::look(bool is_quiet) {
  const int pages = writer_.log_pages();
  if (pages < last_) {
    next_ = limits_.between;
    is_last_pass_ = false;
  }
  last_ = pages;
  if (is_busy_) return;
  if (is_last_pass_) {
    (void)writer_.run(kCopy);
    is_last_pass_ = false;
    next_ = pages + limits_.between;
  } else if (pages >= limits_.most) {
    is_last_pass_ = true;
    copy();
  } else if (pages >= next_ || (is_quiet && pages >= limits_.between)) {
    next_ = pages + limits_.between;
    copy();
  }
}

void LogCopier::copy() {
  is_busy_ = true;
  worker_.post([this] {
    (void)copier_.run(kCopy);
    is_busy_ = false;
  });
}

}  // namespace attune::journal
