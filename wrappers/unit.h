// SPDX-License-Identifier: Apache-2.0
// key="systemd:postgresql.service": a unit of the host's systemd, by systemctl; or a transient one, which
// systemd-run makes with its limits. A template unit (worker@.service) has the component's name as its
// instance. Loop thread only.
#pragma once

#include "wrappers/implementation.h"

namespace attune::wrappers {

class Unit final : public Implementation {
 public:
  explicit Unit(World& world) : world_(world) {}

  static constexpr std::string_view kFamily = "systemd:";

  std::string_view key() const override { return kFamily; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // Asks systemd, whatever has happened meanwhile.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;
  // Only tells: a unit of the name may have another component by now.
  Task<int> look_over(std::string host) override;

 private:
  World& world_;
};

}  // namespace attune::wrappers
