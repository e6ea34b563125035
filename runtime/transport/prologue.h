// SPDX-License-Identifier: Apache-2.0
// Prologue: the constant shell text that runs before every command on a remote host. It goes to the command's
// directory, sets its environment, makes sure that it leads a process group of its own, says its process id
// in the first line of standard output, and becomes the command. That id is how a command is ended later:
// sshd passes no signals on. Needs a POSIX sh and nothing else. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"

namespace attune::transport {

// Whether the command can be handed over at all: a program, no NUL, sensible names of variables, not too
// long.
Result<void> check(const ports::Command& command);

// What is sent to sshd. `mark` is an unguessable word that announces the prologue's line, so that what a
// login shell prints before is not taken for it.
std::string remote_text(const ports::Command& command, std::string_view mark);

// The command that ends process groups: SIGTERM, after two seconds SIGKILL; it ends when they are gone.
ports::Command ending_command(std::span<const int> groups);

// Finds the prologue's line at the beginning of a command's standard output.
class PrologueReader {
 public:
  explicit PrologueReader(std::string mark) : mark_(std::move(mark)) {}

  enum class State {
    kWaiting,      // not there yet
    kRunning,      // the command runs, as group()
    kNoDirectory,  // its directory could not be entered; it has not run
    kGarbled,      // something else speaks there, without end
  };
  // Takes the next bytes of the output while it waits; gives those that belong to the command.
  std::string_view feed(std::string_view bytes);

  const std::string& mark() const { return mark_; }
  State state() const { return state_; }
  int group() const { return group_; }
  std::string_view noise() const { return seen_; }  // what came instead, while waiting

 private:
  std::string mark_;
  std::string seen_;
  std::string rest_;
  State state_ = State::kWaiting;
  int group_ = 0;
};

}  // namespace attune::transport
