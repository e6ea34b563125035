// SPDX-License-Identifier: Apache-2.0
// ShellRouter: the shell that main hands to the core: each host is reached as its target says. The loop's
// thread.
#pragma once

#include "runtime/ports/shell.h"

namespace attune::transport {

class ShellRouter final : public ports::Shell {
 public:
  // Both must outlive it.
  ShellRouter(ports::Shell& ssh, ports::Shell& local) : ssh_(ssh), local_(local) {}

  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  void prepare(const ports::HostTarget& host) override;
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override;
  void unwatch(const std::string& host_name) override;

 private:
  ports::Shell& shell_for(const ports::HostTarget& host);

  ports::Shell& ssh_;
  ports::Shell& local_;
};

}  // namespace attune::transport
