// SPDX-License-Identifier: Apache-2.0
// FenceCheck: whether the class that a host family names as its fence can switch one of its hosts off: it has
// a stub `fence` that takes the host. Any thread.
#pragma once

#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// The classes and wrappers have been built.
void check_fences(const model::Project& project, Diagnostics& found);

}  // namespace attune::dsl
