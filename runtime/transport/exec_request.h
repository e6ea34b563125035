// SPDX-License-Identifier: Apache-2.0
// ExecRequest: a command on its way between the loop's thread, which asks and is told, and the SSH thread,
// which carries it out. What is told goes back in order: lines and bytes sent first, the end last and once.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/ports/shell.h"

namespace attune::transport {

class ExecRequest : public std::enable_shared_from_this<ExecRequest> {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Done = std::function<void(Result<ports::CommandEnd>)>;

  // `post_back` brings work to the asking thread, where `done` and the command's callbacks are called.
  ExecRequest(ports::HostTarget target, ports::Command command, Post post_back, Done done);

  const ports::HostTarget& target() const { return target_; }
  const ports::Command& command() const { return command_; }

  // The SSH thread. After finish() nothing more may be told.
  void tell_lines(std::vector<std::string> lines);
  void tell_sent(uint64_t bytes);
  void finish(Result<ports::CommandEnd> end);
  bool is_finished() const { return is_finished_; }

  // More lines wait to be heard than the asking thread should have to keep. `on_heard` is called on that
  // thread when it has caught up.
  bool is_backlogged() const { return unheard_bytes_ > kMaxUnheard; }
  void set_on_heard(std::function<void()> on_heard) { on_heard_ = std::move(on_heard); }

  // The SSH thread's notes.
  bool is_cancelled = false;  // the caller has asked to end it
  bool is_urgent = false;     // it ends others
  int attempts = 0;           // how often a connection could not take it

 private:
  static constexpr size_t kMaxUnheard = size_t{1024} * 1024;

  ports::HostTarget target_;
  ports::Command command_;
  Post post_back_;
  Done done_;
  std::function<void()> on_heard_;
  bool is_finished_ = false;
  std::atomic<size_t> unheard_bytes_ = 0;
  std::atomic<uint64_t> sent_ = 0;
  std::atomic<bool> sent_is_posted_ = false;
};

}  // namespace attune::transport
