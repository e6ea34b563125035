// SPDX-License-Identifier: Apache-2.0
// The one way to write an action or a label: target = hosts.least_loaded(free_memory >= this.memory). A part
// of the formatter. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace attune::dsl {

// `text` is one that the grammar Action takes.
std::string formatted_action(std::string_view text);

}  // namespace attune::dsl
