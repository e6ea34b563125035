// SPDX-License-Identifier: Apache-2.0
// json_text: the bytes of a State's file as JSON, before anybody asks what stands in it: that it is JSON at
// all, and names no field twice. For state_json.cc. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "runtime/placement/finding.h"

namespace attune::placement {

// Nothing where it is no JSON, which is found with its line and column. A field that is there twice is found
// at its place, and has its last value.
std::optional<nlohmann::json> parse_json(std::string_view text, Findings& found);

}  // namespace attune::placement
