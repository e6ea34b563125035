// SPDX-License-Identifier: Apache-2.0
// How long a component may take to end by itself before it is ended hard. Pure; loop thread only.
#pragma once

#include "runtime/base/clock.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"

namespace attune::wrappers {

// Its attribute `stop_grace`, or `otherwise`; less than the call's own time, so that the hard end comes
// within.
Duration stop_grace(const system::System& system, const workflow::Call& call, Duration otherwise);

}  // namespace attune::wrappers
