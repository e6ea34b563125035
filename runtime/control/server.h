// SPDX-License-Identifier: Apache-2.0
// Server: HTTP at one door, on a thread of its own. It carries requests to the loop and answers back. At the
// control socket who asks is what the kernel says of the peer; over TCP, always by TLS, what their token
// says. Bounded: sessions, sizes and times.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/endpoint.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/control/access.h"
#include "runtime/control/exchange.h"
#include "runtime/ports/loop.h"

namespace attune::control {

struct ServerOptions {
  // More are told to come back (503): sessions.h.
  size_t max_sessions = 64;
  size_t max_per_user = 16;                 // of who does not administer
  uint64_t max_body = 1024 * 1024;          // bytes; more is refused (413)
  Duration idle = std::chrono::minutes(5);  // a session without a request is closed
  Access access;                            // who may do what
};

// A door to the network. The paths are of files; the certificate and the tokens are read again when they
// change.
struct RemoteDoor {
  Endpoint listen;
  std::string certificate, key;  // PEM
  std::string tokens;
  Duration greeting = std::chrono::seconds(10);  // for TLS, and then for the first request with a token
  size_t max_per_address = 16;                   // connections
};

class Server {
 public:
  // Listens at the path (mode 0660; 0666 where others than the own group have a role), or goes on with what
  // one before has left `listening` there, which is taken only where this succeeds. kExists: another daemon
  // answers there. The loop, the answerer and the log must outlive it; the answerer is called on the loop's
  // thread.
  static Result<std::unique_ptr<Server>> open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                              Log& log, ServerOptions options, UniqueFd& listening);
  static Result<std::unique_ptr<Server>> open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                              Log& log, ServerOptions options = {});
  // Listens at an address. Errors name the setting that is wrong. `options.access` means nothing here.
  static Result<std::unique_ptr<Server>> open_remote(const RemoteDoor& remote, ports::Loop& loop,
                                                     Answerer& answerer, Log& log,
                                                     ServerOptions options = {});
  // Writes, for a moment, what answers and feeds still have, ends all sessions and removes the socket. Loop
  // thread.
  ~Server();
  // Ends as that does, but the socket stays and listens: who comes waits for the server that goes on with it.
  // Nothing at a door to the network. Loop thread.
  UniqueFd leave_open();

  // Feeds may have more to give. Any thread.
  void wake();

  // Where it listens: a path, or an address and a port. Any thread.
  const std::string& place() const;

 private:
  class Core;
  explicit Server(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace attune::control
