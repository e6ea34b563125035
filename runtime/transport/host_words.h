// SPDX-License-Identifier: Apache-2.0
// How a host is called in what people read. Pure; any thread.
#pragma once

#include <string>

#include <fmt/format.h>

#include "runtime/ports/shell.h"

namespace attune::transport {

// "host lab1 (root@10.0.0.1)"; the port where it is not SSH's own.
inline std::string host_words(const ports::HostTarget& target) {
  if (target.protocol == Protocol::kLocal) return fmt::format("host {} (local)", target.name);
  const std::string port = target.port == 22 ? "" : fmt::format(":{}", target.port);
  return fmt::format("host {} ({}@{}{})", target.name, target.user, target.address, port);
}

}  // namespace attune::transport
