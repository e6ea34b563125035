// SPDX-License-Identifier: Apache-2.0
// How the manager gets to a host and where its things lie there: what the family's settings, or the
// attributes of the VM that it is, say. Pure; loop thread only.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"
#include "runtime/system/system.h"

namespace attune::wrappers {

inline constexpr std::string_view kDefaultDirlocal = "/var/lib/attune";

struct HostAccess {
  ports::HostTarget target;
  std::string folder;  // below dirlocal, the project's own: what projects deploy never meets. Absolute
};

// kUnreachable for a VM that has no address yet.
Result<HostAccess> access_to(const system::System& system, const system::Host& host);
// To the host where the component is; kInvalid where it has none yet.
Result<HostAccess> access_to_host_of(const system::System& system, const system::Component& component);

// In the folder: the component's own directory, as the deployer lays it, where its processes' pids and
// output are kept, and the record of what was deployed.
std::string directory_of(const HostAccess& access, const system::Component& component);
std::string run_directory_of(const HostAccess& access, const system::Component& component);
std::string record_of(const HostAccess& access, const system::Component& component);

}  // namespace attune::wrappers
