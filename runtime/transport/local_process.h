// SPDX-License-Identifier: Apache-2.0
// LocalProcess: a program started on this machine as the leader of a session and process group of its own,
// with pipes for what it writes. Starting does not fork the whole manager. The loop's thread.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/ports/shell.h"

namespace attune::transport {

class LocalProcess {
 public:
  // Starts the command. kNotFound: its directory or input file is not there. A program that is missing or
  // cannot be executed is no error but has ended at once, as with a shell: code 127 or 126.
  struct Started;
  static Result<Started> start(const ports::Command& command);

  LocalProcess(LocalProcess&&) = default;
  LocalProcess& operator=(LocalProcess&&) = default;

  int output_fd() const { return output_.get(); }  // non-blocking
  int error_output_fd() const { return error_output_.get(); }
  int exit_fd() const { return pidfd_.get(); }  // readable when the program has ended
  uint64_t input_taken() const;                 // bytes that it has read of its input

  // Its exit code (128 + n for signal n) once it has ended; it is gone then.
  std::optional<int> reap();
  // To all of its group.
  void signal_group(int signal) const;
  // Whether anybody of its group still runs. Who has ended and is not buried by a slow parent does not.
  bool group_runs() const;

 private:
  LocalProcess() = default;

  pid_t pid_ = -1;
  UniqueFd pidfd_;
  UniqueFd output_;
  UniqueFd error_output_;
  UniqueFd input_;
  uint64_t input_offset_ = 0;
};

struct LocalProcess::Started {
  std::optional<LocalProcess> process;  // none: it could not be executed, and
  ports::Exited failed;                 // this is how
};

}  // namespace attune::transport
