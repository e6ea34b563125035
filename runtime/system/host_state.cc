// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/host_state.h"

namespace attune::system {

HostState state_of(const System& system, const Host& host) {
  const Component* vm = system.find(host.vm);
  if (vm == nullptr) return host.state;
  if (!may_run(vm->lifecycle)) return HostState::kOff;
  const bool is_stale = vm->lifecycle != Lifecycle::kStarted && host.state == HostState::kUp;
  return is_stale ? HostState::kUnknown : host.state;
}

}  // namespace attune::system
