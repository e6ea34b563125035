// SPDX-License-Identifier: Apache-2.0
// EventPipe: the FIFO that probes of this machine write event lines to. It is also held open for writing, so
// it never ends when a writer closes it. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/events/line_splitter.h"
#include "runtime/ports/loop.h"

namespace attune::events {

class EventPipe {
 public:
  // Makes the FIFO (mode 0660) or takes the one that an earlier daemon left, and begins to read. `group` may
  // write to it; empty: the process's own. kExists: something else stands there; kDenied: it is another
  // user's; kNotFound: no such group. The loop must outlive it.
  static Result<std::unique_ptr<EventPipe>> open(const std::string& path, const std::string& group,
                                                 ports::Loop& loop,
                                                 std::function<void(std::string_view line)> on_line);
  // Removes nothing: the next daemon takes the FIFO, and writers wait for it.
  ~EventPipe();

  // While paused nothing is read: writers block once the pipe is full (64 KiB or more).
  void pause();
  void resume();

 private:
  EventPipe(UniqueFd fd, ports::Loop& loop, std::function<void(std::string_view)> on_line);
  void read_some();

  UniqueFd fd_;
  ports::Loop& loop_;
  LineSplitter lines_;
  std::vector<char> buffer_;
  std::unique_ptr<ports::Loop::Watch> watch_;
};

}  // namespace attune::events
