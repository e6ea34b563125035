// SPDX-License-Identifier: Apache-2.0
// SimShell: the shell port of one manager onto the simulated world. It knows the requests of the wrappers and
// of the deployer by their scripts, in one place, and does to the simulated host what the script would do to
// a real one. What it does not know it aborts on: the simulation must not lag behind the product.
#pragma once

#include <memory>
#include <string>

#include "runtime/ports/shell.h"
#include "tests/simulation/session.h"

namespace attune::simulation {

class SimShell final : public ports::Shell {
 public:
  explicit SimShell(std::shared_ptr<Session> session) : session_(std::move(session)) {}

  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override;
  void watch(ports::HostTarget host, Duration silence,
             std::function<void(ports::HostHealth)> changed) override;
  void unwatch(const std::string& host_name) override;

 private:
  Task<Result<ports::CommandEnd>> measure(HostIndex host, ports::Command command, std::stop_token stop);

  std::shared_ptr<Session> session_;
};

}  // namespace attune::simulation
