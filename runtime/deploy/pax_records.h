// SPDX-License-Identifier: Apache-2.0
// The records of a pax header in a tar: "27 linkpath=a/link's target\n", one after the other. Pure; any
// thread.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace attune::deploy {

using PaxRecords = std::vector<std::pair<std::string_view, std::string_view>>;

// Keys and values in order, parts of `body`; nothing where not all of it is records as POSIX has them.
std::optional<PaxRecords> pax_records(std::string_view body);

}  // namespace attune::deploy
