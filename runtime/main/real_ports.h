// SPDX-License-Identifier: Apache-2.0
// RealPorts: the world outside as the real programs reach it: hosts by SSH and this machine, hypervisors by
// libvirt, software by the deployer. Loop thread only.
#pragma once

#include <string>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/deploy/deployer.h"
#include "runtime/hypervisor/libvirt_hypervisor.h"
#include "runtime/main/shell_gate.h"
#include "runtime/ports/loop.h"
#include "runtime/transport/local_shell.h"
#include "runtime/transport/shell_router.h"
#include "runtime/transport/ssh_shell.h"

namespace attune::main {

// Each part stands on those above it. At its end nothing may be under way in the shell: close the gate, and
// wait until it is idle; nor may anybody wait for the hypervisor: close it.
class RealPorts {
 public:
  // Small files of its own go to `folder`.
  RealPorts(ports::Loop& loop, const Clock& clock, Log& log, std::string folder, deploy::Limits limits)
      : ssh_(loop),
        local_(loop),
        router_(ssh_, local_),
        shell(router_),
        hypervisor(loop, clock, log, {.folder = std::move(folder)}),
        deployer(loop, shell, limits) {}

 private:
  transport::SshShell ssh_;
  transport::LocalShell local_;
  transport::ShellRouter router_;

 public:
  ShellGate shell;
  hypervisor::LibvirtHypervisor hypervisor;
  deploy::Deployer deployer;
};

}  // namespace attune::main
