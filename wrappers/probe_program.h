// SPDX-License-Identifier: Apache-2.0
// The text of probe programs: the project's own first, then the stock ones. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// kNotFound says where it was looked for.
Result<std::string> probe_program(const World& world, std::string_view name);

}  // namespace attune::wrappers
