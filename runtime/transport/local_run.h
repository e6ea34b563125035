// SPDX-License-Identifier: Apache-2.0
// LocalRun: one command that runs on this machine, from its start to its end: output, timeout, cancelling.
// The loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"
#include "runtime/transport/local_process.h"
#include "runtime/transport/output.h"

namespace attune::transport {

class LocalRun {
 public:
  // The command must stay until `done` has been called, which is never from within another call.
  LocalRun(ports::Loop& loop, const ports::Command& command, LocalProcess process,
           std::function<void(ports::CommandEnd)> done);

  // Ends the program, then finishes as Cancelled.
  void cancel() { end_as(ports::Cancelled{}); }

 private:
  void arm_timeout();
  void on_output();
  void on_error_output();
  void on_exit();
  void end_as(ports::CommandEnd end);
  void check_group();
  void finish(ports::CommandEnd end);

  ports::Loop& loop_;
  const ports::Command& command_;
  LocalProcess process_;
  std::function<void(ports::CommandEnd)> done_;

  OutputCue cue_;
  KeptOutput output_;
  KeptOutput error_output_;
  LineCutter cutter_;
  std::optional<int> exit_code_;
  std::optional<ports::CommandEnd> wanted_end_;  // it is being ended
  Duration ending_for_{};

  std::unique_ptr<ports::Loop::Watch> output_watch_;
  std::unique_ptr<ports::Loop::Watch> error_output_watch_;
  std::unique_ptr<ports::Loop::Watch> exit_watch_;
  std::unique_ptr<ports::Loop::Timer> timer_;
};

}  // namespace attune::transport
