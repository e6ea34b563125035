// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/exec.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/transport/host_words.h"

namespace attune::transport {

namespace {

constexpr Duration kQuietAfterExit = std::chrono::seconds(1);
constexpr Duration kPrologueTimeout = std::chrono::seconds(5);

int signal_number(std::string_view name) {
  constexpr std::pair<std::string_view, int> kSignals[] = {
      {"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"FPE", SIGFPE},   {"HUP", SIGHUP},   {"ILL", SIGILL},
      {"INT", SIGINT},   {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},
      {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
  for (const auto& [known, number] : kSignals) {
    if (known == name) return number;
  }
  return 0;  // sshd names the others in ways of its own
}

std::string first_line(std::string_view text) {
  const size_t begin = std::min(text.find_first_not_of("\r\n \t"), text.size());
  const size_t end = std::min(text.find_first_of("\r\n", begin), text.size());
  return printable(text.substr(begin, std::min<size_t>(end - begin, 200)));
}

}  // namespace

Exec::Exec(IoThread& io, ssh_session_struct* session, Owner& owner, std::string mark,
           std::shared_ptr<ExecRequest> request, Duration open_timeout)
    : io_(io),
      owner_(owner),
      request_(std::move(request)),
      alive_(std::make_shared<Exec*>(this)),
      cue_(request_->command().input_cue),
      prologue_(std::move(mark)),
      output_(ports::Command::kMaxOutput),
      error_output_(ports::Command::kMaxOutput),
      cutter_(ports::Command::kMaxLine),
      channel_(std::make_unique<SshChannel>(session, *this)) {
  timeout_ = io_.after(open_timeout, [this] {
    is_unanswered_ = true;
    state_ = State::kDone;
    owner_.wake();
  });
  request_->set_on_heard([&io = io_, alive = std::weak_ptr(alive_)] {
    io.post([alive] {
      const auto self = alive.lock();
      if (!self) return;
      (*self)->hear();
      (*self)->owner_.wake();
    });
  });
}

void Exec::advance() {
  if (state_ == State::kOpening) advance_opening();
  if (state_ == State::kRequesting) advance_requesting();
  if (state_ == State::kPrologue || state_ == State::kRunning) advance_running();
  if (state_ == State::kEnding) advance_ending();
}

void Exec::advance_opening() {
  switch (channel_->open()) {
    case SshChannel::Progress::kAgain:
      return;
    case SshChannel::Progress::kFailed:
      is_refused_ = true;
      state_ = State::kDone;
      return;
    case SshChannel::Progress::kDone:
      break;
  }
  Result<CommandInput> input = CommandInput::open(request_->command());
  if (!input) return finish(fail(std::move(input).error().within(host_words(request_->target()))));
  input_ = std::move(*input);
  state_ = State::kRequesting;
  arm_timeout();
}

void Exec::arm_timeout() {
  const ports::Command& command = request_->command();
  timeout_.cancel();
  if (command.timeout == Duration::zero()) return;
  timeout_ = io_.after(command.timeout, [this, is_cued = !command.input_cue.empty(), taken = input_.taken()] {
    if (is_cued && input_.taken() != taken) return arm_timeout();
    end_as(ports::TimedOut{});
    owner_.wake();
  });
}

void Exec::advance_requesting() {
  switch (channel_->execute(remote_text(request_->command(), prologue_.mark()))) {
    case SshChannel::Progress::kAgain:
      return;
    case SshChannel::Progress::kFailed:
      if (channel_->is_cut()) return;  // the session breaks it off
      return finish_not_run(ErrorCode::kDenied,
                            fmt::format("sshd refuses to run commands ({}): check its configuration for "
                                        "ForceCommand or a restricted user",
                                        channel_->why()));
    case SshChannel::Progress::kDone:
      state_ = State::kPrologue;
  }
}

void Exec::advance_running() {
  if (state_ == State::kPrologue && prologue_.state() != PrologueReader::State::kWaiting) {
    state_ = State::kRunning;
  }
  if (prologue_.state() == PrologueReader::State::kGarbled) {
    return finish_not_run(ErrorCode::kFailed,
                          fmt::format("the login shell of '{}' prints without end before it runs a command: "
                                      "make its start-up files silent for commands",
                                      request_->target().user));
  }
  feed();
  if (!lines_.empty()) request_->tell_lines(std::exchange(lines_, {}));
  finish_when_over();
}

void Exec::feed() {
  if (!cue_.has_come()) return;
  // Nobody else gets it: not a forced command, not a login shell that reads more than it should.
  const bool is_command = prologue_.state() == PrologueReader::State::kRunning;
  if (!is_command && !input_.peek(1).empty()) return;
  const uint64_t before = input_.taken();
  while (!input_ended_ && !exit_code_) {
    const size_t room = channel_->room();
    const std::string_view bytes = input_.peek(room);
    if (!bytes.empty()) {
      const size_t written = channel_->write(bytes);
      input_.take(written);
      if (written < bytes.size()) break;
      continue;
    }
    if (!input_.peek(1).empty()) break;  // no room
    channel_->end_input();
    input_ended_ = true;
  }
  if (input_.taken() != before) request_->tell_sent(input_.taken());
}

size_t Exec::on_output(std::string_view bytes, bool is_error) {
  if (quiet_) await_quiet();
  if (is_error) {
    error_output_.add(bytes);
    return bytes.size();
  }
  const size_t length = bytes.size();
  if (request_->is_backlogged() && !is_hearing_) return 0;
  bytes = prologue_.feed(bytes);
  if (!cue_.has_come() && cue_.feed(bytes) && state_ != State::kEnding) arm_timeout();
  if (request_->command().on_line) {
    cutter_.add(bytes, [this](std::string_view line) { lines_.emplace_back(line); });
  } else {
    output_.add(bytes);
  }
  return length;
}

void Exec::hear() {
  is_hearing_ = true;
  channel_->resume();
  is_hearing_ = false;
}

void Exec::on_exit_code(int code) {
  exit_code_ = code;
}

void Exec::on_exit_signal(std::string_view name) {
  const int number = signal_number(name);
  exit_code_ = 128 + (number == 0 ? SIGKILL : number);
}

void Exec::await_quiet() {
  quiet_ = io_.after(kQuietAfterExit, [this] {
    is_quiet_ = true;
    owner_.wake();
  });
}

void Exec::finish_when_over() {
  // What the program left running may hold its output open for ever: it is over when that is quiet.
  if (exit_code_ && !quiet_ && !is_quiet_) await_quiet();
  const bool is_over = closed_ || (exit_code_ && (output_ended_ || is_quiet_));
  if (!is_over || request_->is_backlogged()) return;  // the caller hears the rest first, then wakes us
  hear();
  if (exit_code_) return finish_exited();
  finish(ports::CommandEnd(ports::Lost{"sshd closed the channel without saying how it ended"}));
}

void Exec::finish_exited() {
  const ports::Command& command = request_->command();
  switch (prologue_.state()) {
    case PrologueReader::State::kRunning:
      return finish(ports::CommandEnd(exited()));
    case PrologueReader::State::kNoDirectory:
      return finish_not_run(ErrorCode::kNotFound,
                            fmt::format("cannot run '{}' in directory '{}': {}", command.argv[0],
                                        command.directory, first_line(error_output_.take())));
    case PrologueReader::State::kWaiting:
    case PrologueReader::State::kGarbled:
      break;
  }
  const std::string said = first_line(std::string(prologue_.noise()) + "\n" + error_output_.take());
  finish_not_run(ErrorCode::kDenied,
                 fmt::format("the login shell of '{}' does not run commands (it says '{}'): give that user a "
                             "POSIX shell and no forced command",
                             request_->target().user, said));
}

ports::Exited Exec::exited() {
  cutter_.finish([this](std::string_view line) { lines_.emplace_back(line); });
  if (!lines_.empty()) request_->tell_lines(std::exchange(lines_, {}));
  return {*exit_code_, output_.take(), error_output_.take()};
}

void Exec::cancel() {
  switch (state_) {
    case State::kOpening:
      return finish(ports::CommandEnd(ports::Cancelled{}));
    case State::kEnding:
    case State::kDone:
      return;
    default:
      end_as(ports::Cancelled{});
  }
}

void Exec::end_as(ports::CommandEnd end) {
  state_ = State::kEnding;
  wanted_end_ = std::move(end);
  // Where the prologue has not spoken yet there is no process to be named.
  timeout_ = io_.after(kPrologueTimeout, [this] {
    if (!is_ending_program_)
      finish(ports::CommandEnd(ports::Lost{"it was to be ended, but the host did not answer"}));
    owner_.wake();
  });
  advance();
}

void Exec::advance_ending() {
  if (prologue_.state() == PrologueReader::State::kRunning) return end_program();
  if (exit_code_) finish(std::move(wanted_end_));
}

void Exec::end_program() {
  if (std::exchange(is_ending_program_, true)) return;
  timeout_.cancel();
  owner_.end_group(prologue_.group(), [alive = std::weak_ptr(alive_)](bool is_sure) {
    const auto self = alive.lock();
    if (!self) return;
    Exec& exec = **self;
    exec.finish(is_sure
                    ? std::move(exec.wanted_end_)
                    : ports::CommandEnd(ports::Lost{"it was to be ended, but the host did not confirm it"}));
    exec.owner_.wake();
  });
}

void Exec::break_off(const std::string& why) {
  if (state_ == State::kDone) return;
  if (state_ == State::kOpening) {
    is_unanswered_ = true;
    state_ = State::kDone;
    return;
  }
  finish(ports::CommandEnd(ports::Lost{why}));
}

void Exec::finish(Result<ports::CommandEnd> end) {
  state_ = State::kDone;
  timeout_.cancel();
  quiet_.cancel();
  if (!lines_.empty()) request_->tell_lines(std::exchange(lines_, {}));
  request_->finish(std::move(end));
}

void Exec::finish_not_run(ErrorCode code, const std::string& what) {
  finish(fail(code, fmt::format("{}: {}", host_words(request_->target()), what)));
}

}  // namespace attune::transport
