// SPDX-License-Identifier: Apache-2.0
// key="ocf:heartbeat:nginx": an OCF resource agent, as it is, by the resource agent API 1.1: the class's
// attributes are its parameters, and its exit codes become plain words. Loop thread only.
#pragma once

#include "wrappers/implementation.h"

namespace attune::wrappers {

class Agent final : public Implementation {
 public:
  explicit Agent(World& world) : world_(world) {}

  static constexpr std::string_view kFamily = "ocf:";

  std::string_view key() const override { return kFamily; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // Asks the agent's own monitor.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  // Only tells, as of scripts: what an agent would stop there may be in use elsewhere by now.
  Task<int> look_over(std::string host) override;

 private:
  World& world_;
};

}  // namespace attune::wrappers
