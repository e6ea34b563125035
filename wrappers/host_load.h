// SPDX-License-Identifier: Apache-2.0
// HostLoad: measures the processors of the hosts, each by the stock CPU probe at the end of its kept
// connection, so that policies know the load. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "runtime/model/value.h"
#include "wrappers/implementation.h"
#include "wrappers/kept_command.h"

namespace attune::wrappers {

class HostLoad {
 public:
  using Measured = std::function<void(std::string_view host, model::Percent cpu)>;

  // Tells `measured` of each watched host every `period`.
  HostLoad(World& world, Duration period, Measured measured);

  // kNotFound where the probe does not ship. Twice is once.
  Result<void> watch(const system::Host& host);
  void unwatch(const std::string& host);

 private:
  Result<KeptCommand::Round> next_round(const std::string& host);

  World& world_;
  Duration period_;
  Measured measured_;
  std::string program_;
  std::map<std::string, KeptCommand, std::less<>> commands_;
};

}  // namespace attune::wrappers
