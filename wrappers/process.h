// SPDX-License-Identifier: Apache-2.0
// key="Process": any program as a component. Its process runs in a session of its own on the component's
// host, with its output kept there, and outlives the manager and the connection. Loop thread only.
#pragma once

#include "wrappers/implementation.h"

namespace attune::wrappers {

// Whether the component is known to run where it belongs.
bool runs_at_home(const system::System& system, const system::Component& component);
// "started on lab2, which is down"
std::string state_at_home(const system::System& system, const system::Component& component);

class Process final : public Implementation {
 public:
  explicit Process(World& world) : world_(world) {}

  std::string_view key() const override { return "Process"; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  Task<int> look_over(std::string host) override;

 private:
  World& world_;
};

}  // namespace attune::wrappers
