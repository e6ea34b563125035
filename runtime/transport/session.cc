// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/session.h"

#include <algorithm>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <libssh/libssh.h>
#include <libssh/server.h>  // ssh_send_keepalive, a client's as well
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "runtime/base/log.h"
#include "runtime/transport/host_words.h"
#include "runtime/transport/ssh_channel.h"

namespace attune::transport {

struct Session::Counter : ssh_counter_struct {};

Session::Session(IoThread& io, Owner& owner, const ports::HostTarget& target, std::string address,
                 KeyRing& keys, const SshOptions& options)
    : io_(io),
      owner_(owner),
      target_(target),
      address_(std::move(address)),
      options_(options),
      counter_(std::make_unique<Counter>()),
      last_heard_(io.now()),
      silence_(options.silence),
      session_(ssh_new()),
      most_commands_(options.commands_per_connection) {
  login_.emplace(session_, target_, address_, keys);
  ssh_set_counters(session_, counter_.get(), nullptr);
  deadline_ = io_.after(options_.connect_timeout, [this] {
    break_off(login_->too_late(options_.connect_timeout));
    report();
  });
  // Not from within the constructor: the owner learns nothing from a session that it does not have yet.
  silence_timer_ = io_.after(Duration::zero(), [this] { pump(); });
}

Session::~Session() {
  watch_.reset();
  execs_.clear();  // their channels belong to the session
  if (event_ != nullptr) {
    ssh_event_remove_session(event_, session_);
    ssh_event_free(event_);
  }
  if (broken_) {
    // What has not left this machine stays here: on its way again later, it would come between what is sent
    // anew.
    const linger at_once{1, 0};
    ::setsockopt(ssh_get_fd(session_), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    ssh_silent_disconnect(session_);
  } else {
    ssh_disconnect(session_);
  }
  ssh_free(session_);
}

void Session::run(std::shared_ptr<ExecRequest> request) {
  execs_.emplace_back(io_, session_, *this, next_mark(), std::move(request), options_.open_timeout);
  pump();
}

void Session::cancel(const ExecRequest& request) {
  for (Exec& exec : execs_) {
    if (exec.request().get() == &request) exec.cancel();
  }
  pump();
}

std::string Session::next_mark() {
  std::random_device random;
  return fmt::format("attune-{:08x}{:08x}", random(), random());
}

void Session::pump() {
  again_ = true;
  if (std::exchange(is_pumping_, true)) return;
  while (std::exchange(again_, false)) move();
  is_pumping_ = false;
  update_interest();
  report();
}

void Session::move() {
  if (broken_) return;
  if (login_) advance_login();
  if (is_up_ && !broken_) {
    poll_session();
    advance_execs();
    note_health();
  }
  acknowledge();
}

void Session::advance_login() {
  switch (login_->advance()) {
    case Login::Progress::kAgain:
      return;
    case Login::Progress::kFailed:
      nobody_answered_ = login_->has_nobody_answered();
      return break_off(login_->error());
    case Login::Progress::kDone:
      break;
  }
  login_.reset();
  deadline_.cancel();
  is_up_ = true;
  last_heard_ = io_.now();
  event_ = ssh_event_new();
  ssh_event_add_session(event_, session_);
  watch_silence();
}

void Session::poll_session() {
  constexpr int kMostReads = 16;  // others want their turn, too
  for (int i = 0; i < kMostReads; ++i) {
    if (ssh_event_dopoll(event_, 0) != SSH_OK) break;
  }
}

void Session::advance_execs() {
  for (auto exec = execs_.begin(); exec != execs_.end();) {
    exec->advance();
    if (!exec->is_done()) {
      ++exec;
      continue;
    }
    if (exec->is_refused()) {
      refused_.push_back(exec->request());
      note_refusal();
    }
    if (exec->is_unanswered()) {  // break_off() takes its request back, with the others' of that kind
      break_off({ErrorCode::kUnreachable,
                 fmt::format("{} no longer answers on its connection", host_words(target_))});
    }
    has_room_ = true;
    exec = execs_.erase(exec);
  }
}

// The server allows fewer channels than usual: no more than there are now, one of them kept free.
void Session::note_refusal() {
  const size_t others = execs_.size() - 1;
  most_commands_ = std::clamp<size_t>(others, 2, most_commands_ + 1) - 1;
  has_reserve_ = others >= 2;
}

bool Session::has_room(bool is_urgent) const {
  return execs_.size() < most_commands_ + (is_urgent && has_reserve_ ? 1 : 0);
}

void Session::note_health() {
  if (counter_->in_bytes != bytes_heard_) {
    bytes_heard_ = counter_->in_bytes;
    last_heard_ = io_.now();
  }
  if (broken_ || !is_gone(session_)) return;
  break_off({ErrorCode::kUnreachable, fmt::format("{}: the connection broke ({})", host_words(target_),
                                                  printable(ssh_get_error(session_)))});
}

// Until its first command sshd leaves Nagle's algorithm on: what it says next waits for what it said before
// to be acknowledged, and the kernel would put that off by 40 ms.
void Session::acknowledge() {
  if (counter_->in_bytes == bytes_acknowledged_) return;
  bytes_acknowledged_ = counter_->in_bytes;
  const int yes = 1;
  ::setsockopt(ssh_get_fd(session_), IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof(yes));
}

void Session::update_interest() {
  const int fd = broken_ ? -1 : ssh_get_fd(session_);
  if (fd != watched_fd_) watch_.reset();
  watched_fd_ = fd;
  if (fd < 0) return;
  if (!watch_) watch_ = std::make_unique<IoThread::Watch>(io_, fd, [this] { pump(); });
  watch_->wants(true, (ssh_get_poll_flags(session_) & SSH_WRITE_PENDING) != 0);
}

void Session::break_off(Error why) {
  if (broken_) return;
  broken_ = std::move(why);
  is_up_ = false;
  deadline_.cancel();
  silence_timer_.cancel();
  for (Exec& exec : execs_) {
    exec.break_off(broken_->message);
    if (exec.is_unanswered()) not_run_.push_back(exec.request());
  }
}

// Each of these calls may come back with more work; what has been said is forgotten before.
void Session::report() {
  if (is_pumping_) return;
  if (is_up_ && !std::exchange(said_up_, true)) owner_.on_up(*this);
  for (auto& request : std::exchange(refused_, {})) owner_.on_refused(*this, std::move(request));
  if (std::exchange(has_room_, false) && !broken_) owner_.on_room(*this);
  if (broken_ && !std::exchange(said_broken_, true)) {
    update_interest();
    owner_.on_broken(*this, *broken_, std::exchange(not_run_, {}));
  }
}

void Session::set_silence(Duration silence) {
  silence_ = silence;
  if (is_up_) watch_silence();
}

void Session::watch_silence() {
  const Duration interval = silence_ / 3;
  const Duration left = last_heard_ + silence_ - io_.now();
  silence_timer_ = io_.after(std::clamp(left, Duration::zero(), interval), [this, interval] {
    pump();
    if (broken_) return;
    const Duration silent = io_.now() - last_heard_;
    if (silent >= silence_) {
      const auto seconds = std::chrono::duration<double>(silence_).count();
      break_off({ErrorCode::kUnreachable, fmt::format("{} has been silent for {:.3g} s: check its link",
                                                      host_words(target_), seconds)});
      return report();
    }
    if (silent >= interval / 2) ssh_send_keepalive(session_);
    pump();
    if (!broken_) watch_silence();
  });
}

}  // namespace attune::transport
