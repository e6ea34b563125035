// SPDX-License-Identifier: Apache-2.0
// AttunedProcess: the real attuned on a project's folder, with sockets and journal of its own, for tests that
// start it, talk to it, kill it and start it again. It waits for what happens, by the daemon's own word; what
// does not happen in time ends the daemon and fails the test with its log.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/types.h>

#include "runtime/base/unique_fd.h"
#include "runtime/control/client.h"
#include "runtime/workflow/record.h"
#include "tests/support/temp_dir.h"

namespace attune::test {

class AttunedProcess {
 public:
  // The project in `folder`. Its run and state folders are in `base`.
  AttunedProcess(std::string folder, std::string base);
  ~AttunedProcess();  // kills it

  // What stands on the command line besides.
  std::vector<std::string> arguments;

  void launch();       // and no more
  void start();        // until it says that it is ready
  void await_ready();  // until it says so once more
  void kill(int signal) const;
  int await_end();  // its exit code, 128 + n for signal n
  void crash();     // kill -9, until it is gone
  void forget();    // as if it had never run: without its journal
  pid_t pid() const { return pid_; }

  // What it wrote to standard error since the first start.
  std::string log() const;
  // Waits until it has written that.
  void await_log(const std::string& text);

  std::string control() const;
  std::string pipe() const;
  std::string journal() const;
  // The answer's body; a refusal fails the test.
  std::string ask(std::string_view method, std::string_view target, std::string_view body = {}) const;
  Result<std::string> try_ask(std::string_view method, std::string_view target,
                              std::string_view body = {}) const;
  // Writes it to the pipe as a probe does: in one piece.
  void write(std::string_view line) const;

  // Goes on to the record that is the one, counting from the one that was awaited last.
  void await_record(const std::function<bool(const workflow::Record&)>& is_it);
  // The next record of the kind for which `holds`, counting from the one that was awaited last.
  template <class What>
  What await(const std::function<bool(const What&)>& holds = [](const What&) { return true; }) {
    std::optional<What> found;
    await_record([&](const workflow::Record& record) {
      const auto* what = std::get_if<What>(&record.what);
      if (what == nullptr || !holds(*what)) return false;
      found = *what;
      return true;
    });
    if (!found) throw std::runtime_error("what was awaited did not come");  // the test ends here
    return *found;
  }
  // All records so far, from the journal.
  std::vector<workflow::Record> records() const;

  static std::chrono::seconds patience();

 private:
  bool wait_for_ready();

  const std::string folder_, base_;
  pid_t pid_ = -1;
  UniqueFd pidfd_, notices_;
  uint64_t next_ = 1;  // record
};

}  // namespace attune::test
