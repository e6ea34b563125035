// SPDX-License-Identifier: Apache-2.0
// ShellGate: the shell as the daemon hands it on, which knows what is under way, so that the daemon can end
// everything and wait for it before it goes. Loop thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "runtime/ports/shell.h"

namespace attune::main {

class ShellGate final : public ports::Shell {
 public:
  explicit ShellGate(ports::Shell& shell) : shell_(shell) {}

  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  void prepare(const ports::HostTarget& host) override;
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override;
  void unwatch(const std::string& host_name) override;

  // From now on nothing is run; what runs is asked to end.
  void close();
  // Calls `idle` once nothing is under way.
  void when_idle(std::function<void()> idle);

 private:
  ports::Shell& shell_;
  std::stop_source closed_;
  size_t under_way_ = 0;
  std::function<void()> idle_;
};

}  // namespace attune::main
