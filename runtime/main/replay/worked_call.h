// SPDX-License-Identifier: Apache-2.0
// WorkedCall: how a call ends in a world where every call works: what it finds, and what it does to the
// system. Any thread.
#pragma once

#include <string>

#include "runtime/base/clock.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"

namespace attune::replay {

// A guest is given a name to stand for the address that it would get when it is started. A plan is not made
// here.
workflow::CallOutcome worked(const system::System& system, const workflow::Call& call);

// The host that the call switches on, which answers once it has worked; empty: it is no such call. A call
// has what its stub's params came to, so it is the host for which they come to that.
std::string switched_on_by(const system::System& system, const workflow::Call& call, Instant now);

}  // namespace attune::replay
