// SPDX-License-Identifier: Apache-2.0
// FamilyKeys: the keys of families of which this machine has what they name: OCF agents, monitoring plugins,
// units. For editors: what a host has may be another matter. Any thread.
#pragma once

#include <string>
#include <vector>

namespace attune::wrappers {

// By name; below `root` in place of the machine's. What cannot be read is not there.
std::vector<std::string> family_keys(const std::string& root = "/");

}  // namespace attune::wrappers
