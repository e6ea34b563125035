// SPDX-License-Identifier: Apache-2.0
// Exec: one command that runs on one channel, from opening the channel to its end: prologue, input, output,
// timeout, cancelling. The SSH thread; nothing here blocks.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/transport/command_input.h"
#include "runtime/transport/exec_request.h"
#include "runtime/transport/io_thread.h"
#include "runtime/transport/output.h"
#include "runtime/transport/prologue.h"
#include "runtime/transport/ssh_channel.h"

namespace attune::transport {

class Exec final : public SshChannel::Listener {
 public:
  // Its session, as it needs it.
  class Owner {
   public:
    virtual ~Owner() = default;
    // The exec has something to do (a timer, the caller caught up): call advance() and flush.
    virtual void wake() = 0;
    // Ends a process group on the host by way of another channel; says whether that is sure.
    virtual void end_group(int group, std::function<void(bool ended)> done) = 0;
  };

  Exec(IoThread& io, ssh_session_struct* session, Owner& owner, std::string mark,
       std::shared_ptr<ExecRequest> request, Duration open_timeout);
  ~Exec() override = default;

  // Goes as far as it can without waiting. Call it whenever the session has moved.
  void advance();

  // The caller no longer wants it: the program is ended, then the request finishes as Cancelled.
  void cancel();
  // The connection is gone: the request finishes as Lost, or is left to run elsewhere where it has certainly
  // not run.
  void break_off(const std::string& why);

  bool is_done() const { return state_ == State::kDone; }
  // Done without having begun: no channel to be had. Whether sshd said so, or did not answer at all.
  bool is_refused() const { return is_refused_; }
  bool is_unanswered() const { return is_unanswered_; }
  const std::shared_ptr<ExecRequest>& request() const { return request_; }

 private:
  enum class State { kOpening, kRequesting, kPrologue, kRunning, kEnding, kDone };

  size_t on_output(std::string_view bytes, bool is_error) override;
  void on_exit_code(int code) override;
  void on_exit_signal(std::string_view name) override;
  void on_end_of_output() override { output_ended_ = true; }
  void on_close() override { closed_ = true; }

  void arm_timeout();
  void advance_opening();
  void advance_requesting();
  void advance_running();
  void advance_ending();
  void feed();
  void hear();
  void finish_when_over();
  void finish_exited();
  void await_quiet();
  void end_as(ports::CommandEnd end);
  void end_program();
  void finish(Result<ports::CommandEnd> end);
  void finish_not_run(ErrorCode code, const std::string& what);
  ports::Exited exited();

  IoThread& io_;
  Owner& owner_;
  std::shared_ptr<ExecRequest> request_;
  std::shared_ptr<Exec*> alive_;  // for what may come back later
  State state_ = State::kOpening;
  bool is_refused_ = false;
  bool is_unanswered_ = false;

  CommandInput input_;
  bool input_ended_ = false;
  OutputCue cue_;
  PrologueReader prologue_;
  KeptOutput output_;
  KeptOutput error_output_;
  LineCutter cutter_;
  std::vector<std::string> lines_;  // cut but not yet told
  bool is_hearing_ = false;         // fetching what a backlog left behind

  std::optional<int> exit_code_;
  bool output_ended_ = false;
  bool closed_ = false;
  bool is_ending_program_ = false;
  ports::CommandEnd wanted_end_;  // in kEnding
  IoThread::Timer timeout_;
  IoThread::Timer quiet_;  // after the exit: others may still hold the output open
  bool is_quiet_ = false;  // ... and have said nothing for a while
  std::unique_ptr<SshChannel> channel_;
};

}  // namespace attune::transport
