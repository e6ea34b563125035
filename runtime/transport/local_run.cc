// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/local_run.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <unistd.h>

namespace attune::transport {

namespace {

constexpr Duration kGrace = std::chrono::seconds(2);
constexpr Duration kCheck = std::chrono::milliseconds(20);

// Hands on what can be read now, up to a limit, so that one loud program does not hold the loop. False: over.
template <class Sink>
bool read_some(int fd, size_t most_reads, const Sink& sink) {
  std::array<char, 64 * 1024> bytes;
  for (size_t i = 0; i < most_reads; ++i) {
    const ssize_t count = ::read(fd, bytes.data(), bytes.size());
    if (count == 0) return false;
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    sink(std::string_view(bytes.data(), static_cast<size_t>(count)));
  }
  return true;
}

constexpr size_t kTurn = 4;
constexpr size_t kAll = 64;  // a pipe holds 1 MiB at most

}  // namespace

LocalRun::LocalRun(ports::Loop& loop, const ports::Command& command, LocalProcess process,
                   std::function<void(ports::CommandEnd)> done)
    : loop_(loop),
      command_(command),
      process_(std::move(process)),
      done_(std::move(done)),
      cue_(command.input_cue),
      output_(ports::Command::kMaxOutput),
      error_output_(ports::Command::kMaxOutput),
      cutter_(ports::Command::kMaxLine) {
  output_watch_ = loop_.on_readable(process_.output_fd(), [this] { on_output(); });
  error_output_watch_ = loop_.on_readable(process_.error_output_fd(), [this] { on_error_output(); });
  exit_watch_ = loop_.on_readable(process_.exit_fd(), [this] { on_exit(); });
  arm_timeout();
}

void LocalRun::arm_timeout() {
  timer_.reset();
  if (command_.timeout == Duration::zero()) return;
  timer_ = loop_.after(command_.timeout, [this, taken = process_.input_taken()] {
    if (!command_.input_cue.empty() && cue_.has_come() && process_.input_taken() != taken)
      return arm_timeout();
    end_as(ports::TimedOut{});
  });
}

void LocalRun::on_output() {
  const bool is_open =
      read_some(process_.output_fd(), exit_code_ ? kAll : kTurn, [this](std::string_view bytes) {
        if (!cue_.has_come() && cue_.feed(bytes) && !wanted_end_) arm_timeout();
        if (command_.on_line) {
          cutter_.add(bytes, command_.on_line);
        } else {
          output_.add(bytes);
        }
      });
  if (!is_open) output_watch_.reset();
}

void LocalRun::on_error_output() {
  const bool is_open = read_some(process_.error_output_fd(), exit_code_ ? kAll : kTurn,
                                 [this](std::string_view bytes) { error_output_.add(bytes); });
  if (!is_open) error_output_watch_.reset();
}

// What it wrote is in the pipes by now; what it left running may go on writing there, unheard.
void LocalRun::on_exit() {
  exit_code_ = process_.reap();
  if (!exit_code_) return;
  exit_watch_.reset();
  if (wanted_end_) return;
  if (output_watch_) on_output();
  if (error_output_watch_) on_error_output();
  if (command_.on_line) cutter_.finish(command_.on_line);
  if (command_.on_sent && process_.input_taken() > 0) command_.on_sent(process_.input_taken());
  finish(ports::Exited{*exit_code_, output_.take(), error_output_.take()});
}

void LocalRun::end_as(ports::CommandEnd end) {
  if (wanted_end_ || !done_) return;
  wanted_end_ = std::move(end);
  process_.signal_group(SIGTERM);
  check_group();
}

// Until nobody of the group is left; whoever outlives the grace is killed. While a member lives, no other
// group can get its number.
void LocalRun::check_group() {
  const bool is_alive = !exit_code_ || process_.group_runs();
  if (!is_alive) return finish(std::move(*wanted_end_));
  if (ending_for_ >= kGrace) process_.signal_group(SIGKILL);
  ending_for_ += kCheck;
  timer_ = loop_.after(kCheck, [this] { check_group(); });
}

void LocalRun::finish(ports::CommandEnd end) {
  output_watch_.reset();
  error_output_watch_.reset();
  timer_.reset();
  loop_.post(
      [done = std::exchange(done_, nullptr), end = std::move(end)]() mutable { done(std::move(end)); });
}

}  // namespace attune::transport
