// SPDX-License-Identifier: Apache-2.0
// Shell: the port through which everything outside this process runs commands on hosts, over SSH or on this
// machine. The core and the wrappers call it; transport/ implements it. Loop thread only: what blocks runs
// elsewhere and its end is posted back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/protocol.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"

namespace attune::ports {

// How to reach a host. Two targets with the same name, user, address and port share one kept connection.
struct HostTarget {
  std::string name;  // as the user calls it; every message names it
  Protocol protocol = Protocol::kSsh;
  std::string address;  // name or address to connect to
  uint16_t port = 22;
  std::string user;
  std::string identity_file;         // private key; empty: the agent's keys and the user's default ones
  std::string known_hosts;           // file; empty: the user's own
  bool accept_new_host_key = false;  // learn a host's first key; a changed one is refused all the same
};

// An argument vector, never a shell string: each element reaches the program as it is.
struct Command {
  std::vector<std::string> argv;                                 // argv[0] is looked up in the host's PATH
  std::vector<std::pair<std::string, std::string>> environment;  // added to the host's own
  std::string directory;                                         // empty: the user's home
  std::string input;                                             // standard input, whole; or
  std::string input_file;                                        // a file of this machine streamed to it,
  uint64_t input_offset = 0;                                     // from here on
  // Where set: the input is sent once the command's output begins with this, or never. From then on the
  // timeout counts anew as long as more of the input is taken. Where sending costs nothing (on this machine)
  // the input is there before.
  std::string input_cue;
  Duration timeout = std::chrono::seconds(60);  // zero: none
  // Called with each line of standard output as it comes, without its end; output is then not kept. A line
  // longer than kMaxLine comes in pieces of that length.
  std::function<void(std::string_view line)> on_line;
  std::function<void(uint64_t bytes)> on_sent;  // bytes of the input sent so far

  static constexpr size_t kMaxLine = size_t{64} * 1024;
  static constexpr size_t kMaxOutput =
      size_t{1024} * 1024;  // kept of each stream; the rest is dropped from the middle
};

// How a command ended. Lost: the connection broke or the host went silent after it was sent, so it may have
// run and may still be running.
struct Exited {
  int code = 0;  // 128 + n when signal n ended it
  std::string output;
  std::string error_output;
};
struct TimedOut {};  // its connection's channel was closed; the program was sent SIGTERM, then SIGKILL
struct Cancelled {};
struct Lost {
  std::string why;
};
using CommandEnd = std::variant<Exited, TimedOut, Cancelled, Lost>;

enum class HostHealth { kUp, kDown };

class Shell {
 public:
  virtual ~Shell() = default;

  // Runs the command. An Error means that it has certainly not run: unreachable, refused key, unknown or
  // changed host key (the message names the host and says what to do). A stop request ends it as Cancelled.
  virtual Task<Result<CommandEnd>> run(HostTarget host, Command command, std::stop_token stop) = 0;

  // Begins to connect where no connection is up, for a command that is to follow soon. Failures are left to
  // that command.
  virtual void prepare(const HostTarget&) {}

  // Keeps a connection to the host and calls `changed` when it has been silent for `silence` (kDown), and
  // when it answers again (kUp); the first answer counts as a change. Until unwatch(). Local hosts are always
  // up.
  virtual void watch(HostTarget host, Duration silence, std::function<void(HostHealth)> changed) = 0;
  virtual void unwatch(const std::string& host_name) = 0;
};

}  // namespace attune::ports
