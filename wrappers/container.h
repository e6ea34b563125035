// SPDX-License-Identifier: Apache-2.0
// key="podman": a container of the component's own on its host, by podman. What it is made of are the class's
// attributes; what it writes is kept in the component's run directory, as of key="Process". It goes on when
// the manager or the connection ends. Loop thread only.
#pragma once

#include "wrappers/implementation.h"

namespace attune::wrappers {

class Container final : public Implementation {
 public:
  explicit Container(World& world) : world_(world) {}

  static constexpr std::string_view kKey = "podman";

  std::string_view key() const override { return kKey; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // Asks podman, whatever has happened meanwhile.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  // Only tells: whether what a container has at work may be ended without its host nobody knows.
  Task<int> look_over(std::string host) override;

 private:
  World& world_;
};

}  // namespace attune::wrappers
