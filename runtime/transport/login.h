// SPDX-License-Identifier: Apache-2.0
// Login: brings a fresh libssh session up: connects, checks the host's key against known_hosts, proves who
// the user is. Each failure becomes one line that names the host and says what to do. The SSH thread; nothing
// here blocks, save for a running ssh-agent's answers.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"
#include "runtime/transport/key_ring.h"
#include "runtime/transport/known_hosts.h"

struct ssh_session_struct;

namespace attune::transport {

class Login {
 public:
  // `address` is numeric, what the target's address was found to be. All must outlive it.
  Login(ssh_session_struct* session, const ports::HostTarget& target, const std::string& address,
        KeyRing& keys);

  enum class Progress { kDone, kAgain, kFailed };  // kFailed: error() tells
  Progress advance();
  const Error& error() const { return error_; }
  // Whether it failed before anybody answered, so that another address may do.
  bool has_nobody_answered() const { return step_ == Step::kConnecting && !has_banner(); }
  // What to say when it takes too long.
  Error too_late(Duration waited) const;

 private:
  enum class Step { kConnecting, kProving, kDone };

  void set_options(const std::string& address);
  bool has_banner() const;
  Progress connect();
  bool trust_host_key();
  bool trust(const HostKey& key, const std::string& fingerprint);
  void collect_identities();
  Progress prove();
  Progress next_identity();
  Progress fail_with(ErrorCode code, const std::string& what);

  ssh_session_struct* session_;
  const ports::HostTarget& target_;
  KeyRing& keys_;
  KnownHosts known_hosts_;
  Step step_ = Step::kConnecting;
  // Files of private keys to try, in order; empty: the agent.
  std::vector<std::string> identities_;
  size_t identity_ = 0;
  std::vector<std::string> tried_;  // what was offered and what became of it, for the error
  Error error_;
};

}  // namespace attune::transport
