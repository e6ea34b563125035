// SPDX-License-Identifier: Apache-2.0
// CallByHand: what a person asks of a component's stub, made into a request, or refused before anything is
// begun. Loop thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/system/system.h"
#include "runtime/workflow/stub_call.h"

namespace attune::workflow {

// A component's or a host's name among the arguments stands for it. kNotFound: it has no such stub, or nobody
// bears the name that an argument should be; kInvalid: the stub takes more arguments, or fewer.
Result<Request> request_by_hand(const system::System& system, const system::Component& component,
                                std::string_view stub, std::vector<std::string> arguments);

}  // namespace attune::workflow
