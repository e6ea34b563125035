// SPDX-License-Identifier: Apache-2.0
// Connections: one kept connection for each URI, made when it is first asked for, made anew when it was lost;
// and others that are lent to who needs one alone. Loop thread only: opening and closing block and go to
// workers.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/base/task.h"
#include "runtime/hypervisor/connection.h"
#include "runtime/hypervisor/loop_gate.h"
#include "runtime/hypervisor/worker_pool.h"
#include "runtime/ports/loop.h"

namespace attune::hypervisor {

class Connections {
 public:
  // `openers` runs what may hang on a dead host, `workers` what does not. Nobody waits longer than
  // `open_timeout` for a connection; an attempt that is stuck goes on behind and serves later askers.
  Connections(ports::Loop& loop, std::shared_ptr<LoopGate> gate, WorkerPool& openers, WorkerPool& workers,
              Keepalive keepalive, std::string folder, Duration open_timeout);
  ~Connections();

  // The kept connection, or a new one, whose host's capabilities are then asked for behind the asker's back.
  // The Error names the host and what to do.
  Awaitable<Result<ConnectionPtr>> get(const std::string& uri);

  // One that nobody else uses, for a call that takes long: it is the borrower's until the last owner lets go
  // of it or gives it back, for the next who asks.
  Awaitable<Result<ConnectionPtr>> borrow(const std::string& uri);
  void give_back(ConnectionPtr connection);
  // Somebody will borrow one soon: begins to make it, where none is there.
  void prepare(const std::string& uri);

  // `changed` is called with each new connection to the URI, and with nullptr when one was lost; at once
  // where there is one. It replaces an earlier one for the URI. Does not itself connect.
  void listen(const std::string& uri, std::function<void(ConnectionPtr)> changed);
  void unlisten(const std::string& uri);

  // Forgets all; the connections close on the workers. Who still waits for one is answered with kCancelled,
  // as is whoever asks afterwards.
  void close();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace attune::hypervisor
