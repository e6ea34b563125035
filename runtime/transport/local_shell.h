// SPDX-License-Identifier: Apache-2.0
// LocalShell: runs commands on this machine with the same promises as over SSH: own process group, timeout,
// cancelling, limited output. No thread and no waiting: the loop hears of output and ends by descriptors. The
// loop's thread.
#pragma once

#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"

namespace attune::transport {

class LocalShell final : public ports::Shell {
 public:
  explicit LocalShell(ports::Loop& loop) : loop_(loop) {}

  // Commands run as this process's user; another one is an Error.
  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  // This machine is always up: that is said once.
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override;
  void unwatch(const std::string& host_name) override;

 private:
  ports::Loop& loop_;
};

}  // namespace attune::transport
