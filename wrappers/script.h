// SPDX-License-Identifier: Apache-2.0
// key="Script": an executable of the project's or the archive's that gets the stub's name and the params;
// WDL's `method` is its path. A project's own is pushed when the component is deployed. Loop thread only.
#pragma once

#include "wrappers/implementation.h"

namespace attune::wrappers {

class Script final : public Implementation {
 public:
  explicit Script(World& world) : world_(world) {}

  static constexpr std::string_view kKey = "Script";

  std::string_view key() const override { return kKey; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // Asks the component's `status` stub where it has one; else what was known of it stays.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  // Only tells: what a script has started, and whether it can be ended without its host, nobody knows.
  Task<int> look_over(std::string host) override;

 private:
  World& world_;
};

}  // namespace attune::wrappers
