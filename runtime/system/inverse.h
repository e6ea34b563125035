// SPDX-License-Identifier: Apache-2.0
// The change that takes another one back, and whether the system says already what a change would make it
// say. Pure; loop thread only.
#pragma once

#include <optional>

#include "runtime/system/change.h"
#include "runtime/system/system.h"

namespace attune::system {

// What puts back what `change` is about to do to the system as it stands. Of a component that goes, its
// making: System refuses that, since an id is never given again, and so it tells what cannot be put back.
// Nothing for what a host is said to be, which is the world's doing, and of a component that is not there.
std::optional<Change> inverse(const System& before, const Change& change);

// A component that is not there is only removed.
bool is_so(const System& system, const Change& change);

}  // namespace attune::system
