// SPDX-License-Identifier: Apache-2.0
// Sshd: a real sshd on a port of the loopback, with keys, configuration and known_hosts of its own, for tests
// that need a host. All that it started is gone with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "runtime/ports/shell.h"
#include "tests/support/temp_dir.h"

namespace attune::test {

class Sshd {
 public:
  // `config`: lines of sshd_config that come before the usual ones, so that they count.
  explicit Sshd(std::string_view config = {});
  ~Sshd();

  // A host that logs in with a key it accepts, known to `known_hosts()`.
  ports::HostTarget target(const std::string& name = "box") const;

  void start();
  void stop();  // the server and every connection
  // Kills the processes behind the connections that are up, as a crash would; the server goes on.
  void kill_connections();
  // Stops the connections' processes without ending them: they fall silent.
  void freeze_connections();
  size_t connections() const;  // that are up now
  void change_host_key();      // takes effect with the next start()

  const TempDir& dir() const { return dir_; }
  std::string known_hosts() const { return dir_ / "known_hosts"; }
  std::string user_key() const { return dir_ / "id_ed25519"; }
  std::string host_key_line() const;  // as known_hosts has it
  uint16_t port() const { return port_; }
  pid_t pid() const { return pid_; }
  std::string log() const { return dir_.read("log"); }

 private:
  std::vector<pid_t> connection_pids() const;

  TempDir dir_;
  uint16_t port_ = 0;
  pid_t pid_ = -1;
};

// Runs a program of this machine and waits; a failure ends the test program.
void run_program(const std::vector<std::string>& argv);
std::string current_user();

}  // namespace attune::test
