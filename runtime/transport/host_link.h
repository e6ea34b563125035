// SPDX-License-Identifier: Apache-2.0
// HostLink: all that goes to one host: its kept connection, a few more where one has not room enough, the
// commands that wait for them, and the watch over its health. The SSH thread; nothing here blocks.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/transport/connect_gate.h"
#include "runtime/transport/exec_request.h"
#include "runtime/transport/io_thread.h"
#include "runtime/transport/key_ring.h"
#include "runtime/transport/name_lookup.h"
#include "runtime/transport/session.h"
#include "runtime/transport/ssh_options.h"

namespace attune::transport {

// What all links share.
struct LinkParts {
  IoThread& io;
  SshOptions options;
  KeyRing keys;
  NameLookup names;
  ConnectGate gate;

  LinkParts(IoThread& thread, const SshOptions& limits)
      : io(thread), options(limits), names(thread), gate(limits.connecting_at_once) {}
};

class HostLink final : public Session::Owner {
 public:
  HostLink(LinkParts& parts, ports::HostTarget target);

  // Runs the request as soon as a connection has room. The latest request's target says how to connect.
  void submit(std::shared_ptr<ExecRequest> request);
  void cancel(const std::shared_ptr<ExecRequest>& request);
  // Begins to connect where that has not happened yet.
  void prepare(const ports::HostTarget& target);

  // `changed` is called on the SSH thread.
  void watch(Duration silence, std::function<void(ports::HostHealth)> changed);
  void unwatch();

 private:
  struct Watching {
    Duration silence;
    std::function<void(ports::HostHealth)> changed;
    std::optional<ports::HostHealth> said;
    Instant last_heard;
    IoThread::Timer down;
    IoThread::Timer retry;
  };

  void on_up(Session& session) override;
  void on_room(Session& session) override;
  void on_refused(Session& session, std::shared_ptr<ExecRequest> request) override;
  void on_broken(Session& session, Error why, std::vector<std::shared_ptr<ExecRequest>> not_run) override;
  void end_group(int group, std::function<void(bool)> done) override;

  void assign();
  Session* find_room(bool is_urgent);
  bool is_any_up() const;
  void put_back(std::shared_ptr<ExecRequest> request, const std::string& why, int most);
  void connect();
  void try_next_address();
  void connect_failed(const Error& why);
  void bury(Session& session);
  void trim();
  void end_groups();
  void say(ports::HostHealth health);
  void expect_down(bool at_once);
  SshOptions session_options() const;

  LinkParts& parts_;
  ports::HostTarget target_;
  std::deque<std::shared_ptr<ExecRequest>> waiting_;
  std::vector<std::unique_ptr<Session>> sessions_;

  bool is_connecting_ = false;
  std::vector<std::string> addresses_;  // still to be tried
  std::shared_ptr<ConnectGate::Pass> pass_;

  struct Ending {
    int group;
    std::function<void(bool)> done;
  };
  std::vector<Ending> to_end_;
  bool is_ending_ = false;
  std::optional<Watching> watching_;
  IoThread::Timer trim_;
  std::shared_ptr<HostLink*> alive_;  // for what may come back later
};

}  // namespace attune::transport
