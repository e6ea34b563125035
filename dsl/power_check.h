// SPDX-License-Identifier: Apache-2.0
// PowerCheck: whether the classes that a host family, or a host of it, names as its power can switch it off
// and on: they have stubs `power_off` and `power_on` that take the host; and whether the reserve is a number.
// Any thread.
#pragma once

#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// The classes and wrappers have been built.
void check_power(const model::Project& project, Diagnostics& found);

}  // namespace attune::dsl
