// SPDX-License-Identifier: Apache-2.0
// SshShell: runs commands on hosts over SSH, by libssh and one thread of its own for all hosts. One
// connection a host is kept and used again; what is needed to end a command travels with it, so that a host
// needs nothing but sshd. The loop's thread; how commands end is posted back to it.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"
#include "runtime/transport/io_thread.h"
#include "runtime/transport/ssh_options.h"

namespace attune::transport {

class SshShell final : public ports::Shell {
 public:
  explicit SshShell(ports::Loop& loop, const SshOptions& options = {});
  // Closes all connections. No run() may be under way any more.
  ~SshShell() override;

  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  void prepare(const ports::HostTarget& host) override;
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override;
  void unwatch(const std::string& host_name) override;

 private:
  class Links;
  using Changed = std::function<void(ports::HostHealth)>;

  ports::Loop& loop_;
  IoThread io_;
  std::shared_ptr<Links> links_;                              // used and destroyed on io_ only
  std::map<std::string, std::shared_ptr<Changed>> watchers_;  // by host name; gone means: not to be called
};

}  // namespace attune::transport
