// SPDX-License-Identifier: Apache-2.0
// Session: one SSH connection to a host, from connecting until it breaks, with the commands that run on it.
// It watches over the host's silence and keeps the connection alive. The SSH thread; nothing here blocks.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/exec.h"
#include "runtime/transport/io_thread.h"
#include "runtime/transport/login.h"
#include "runtime/transport/ssh_options.h"

struct ssh_event_struct;

namespace attune::transport {

class Session final : public Exec::Owner {
 public:
  // The host's link. None of these is called from within the session's own work.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_up(Session& session) = 0;
    // A command has ended: there is room for another.
    virtual void on_room(Session& session) = 0;
    // The server grants no further channel: the request has not run.
    virtual void on_refused(Session& session, std::shared_ptr<ExecRequest> request) = 0;
    // It broke, or never came up. Said once, as the last thing. `not_run` has certainly not run; what may
    // have run is finished already.
    virtual void on_broken(Session& session, Error why,
                           std::vector<std::shared_ptr<ExecRequest>> not_run) = 0;
    virtual void end_group(int group, std::function<void(bool ended)> done) = 0;
  };

  // Begins to connect to `address`, which is numeric.
  Session(IoThread& io, Owner& owner, const ports::HostTarget& target, std::string address, KeyRing& keys,
          const SshOptions& options);
  ~Session() override;

  bool is_up() const { return is_up_; }
  // Also where it broke at the very moment at which it came up: nobody was told of that.
  bool has_never_been_up() const { return !said_up_; }
  // Failed before anybody answered at the address.
  bool has_nobody_answered() const { return nobody_answered_; }
  size_t commands() const { return execs_.size(); }
  // Room for one more command; an urgent one (to end others) may take the place that is kept free for it.
  bool has_room(bool is_urgent) const;
  Instant last_heard() const { return last_heard_; }

  void run(std::shared_ptr<ExecRequest> request);
  void cancel(const ExecRequest& request);
  // How long the host may say nothing. Keepalives go out at a third of it.
  void set_silence(Duration silence);

 private:
  void wake() override { pump(); }
  void end_group(int group, std::function<void(bool)> done) override {
    owner_.end_group(group, std::move(done));
  }

  void pump();
  void move();
  void advance_login();
  void poll_session();
  void advance_execs();
  void note_refusal();
  void note_health();
  void acknowledge();
  void update_interest();
  void report();
  void watch_silence();
  void break_off(Error why);
  std::string next_mark();

  IoThread& io_;
  Owner& owner_;
  const ports::HostTarget target_;
  const std::string address_;
  const SshOptions options_;
  struct Counter;
  std::unique_ptr<Counter> counter_;
  uint64_t bytes_heard_ = 0;
  uint64_t bytes_acknowledged_ = 0;
  Instant last_heard_;
  Duration silence_;

  ssh_session_struct* session_;
  ssh_event_struct* event_ = nullptr;
  std::optional<Login> login_;  // until it is up
  std::unique_ptr<IoThread::Watch> watch_;
  int watched_fd_ = -1;
  std::list<Exec> execs_;
  size_t most_commands_;
  bool has_reserve_ = true;

  bool is_up_ = false;
  bool nobody_answered_ = false;
  std::optional<Error> broken_;
  bool is_pumping_ = false;
  bool again_ = false;
  // What report() has to say.
  bool said_up_ = false;
  bool has_room_ = false;
  bool said_broken_ = false;
  std::vector<std::shared_ptr<ExecRequest>> refused_;
  std::vector<std::shared_ptr<ExecRequest>> not_run_;

  IoThread::Timer deadline_;  // of the login
  IoThread::Timer silence_timer_;
};

}  // namespace attune::transport
