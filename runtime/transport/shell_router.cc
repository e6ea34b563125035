// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/shell_router.h"

#include <utility>

namespace attune::transport {

ports::Shell& ShellRouter::shell_for(const ports::HostTarget& host) {
  switch (host.protocol) {
    case Protocol::kSsh:
      return ssh_;
    case Protocol::kLocal:
      return local_;
  }
  return ssh_;
}

Task<Result<ports::CommandEnd>> ShellRouter::run(ports::HostTarget host, ports::Command command,
                                                 std::stop_token stop) {
  ports::Shell& shell = shell_for(host);
  return shell.run(std::move(host), std::move(command), std::move(stop));
}

void ShellRouter::prepare(const ports::HostTarget& host) {
  shell_for(host).prepare(host);
}

void ShellRouter::watch(ports::HostTarget host, Duration silence,
                        std::function<void(ports::HostHealth)> changed) {
  ports::Shell& shell = shell_for(host);
  shell.watch(std::move(host), silence, std::move(changed));
}

void ShellRouter::unwatch(const std::string& host_name) {
  ssh_.unwatch(host_name);
  local_.unwatch(host_name);
}

}  // namespace attune::transport
