// SPDX-License-Identifier: Apache-2.0
// Server: HTTP over the control socket, on a thread of its own. It carries requests to the loop and answers
// back; who asks is what the kernel says of the peer. Bounded: sessions, sizes and times.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/control/access.h"
#include "runtime/control/exchange.h"
#include "runtime/ports/loop.h"

namespace attune::control {

struct ServerOptions {
  size_t max_sessions = 64;                 // more are told to come back (503)
  uint64_t max_body = 1024 * 1024;          // bytes; more is refused (413)
  Duration idle = std::chrono::minutes(5);  // a session without a request is closed
  Access access;                            // who may do what
};

class Server {
 public:
  // Listens at the path (mode 0660; 0666 where others than the own group have a role). kExists: another
  // daemon answers there. The loop, the answerer and the log must outlive it; the answerer is called on the
  // loop's thread.
  static Result<std::unique_ptr<Server>> open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                              Log& log, ServerOptions options = {});
  // Writes, for a moment, what answers and feeds still have, ends all sessions and removes the socket. Loop
  // thread.
  ~Server();

  // Feeds may have more to give. Any thread.
  void wake();

 private:
  class Core;
  explicit Server(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace attune::control
