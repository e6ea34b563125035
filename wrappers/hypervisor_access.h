// SPDX-License-Identifier: Apache-2.0
// How the manager gets to a host's libvirt: the family's `hypervisor` setting, or what follows from how the
// host is reached otherwise. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/system/system.h"

namespace attune::wrappers {

// libvirt's URI. kInvalid for a host that is itself a VM: nothing is nested.
Result<std::string> hypervisor_uri(const system::System& system, const system::Host& host);
// The same of a name; kNotFound where there is no such host.
Result<std::string> hypervisor_uri(const system::System& system, std::string_view host);

// The text with what has a meaning in a URI's query written as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace attune::wrappers
