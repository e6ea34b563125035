// SPDX-License-Identifier: Apache-2.0
// Switching hosts off and on: which may be switched off, by which component, and the errands that it comes
// to. A host is off, and nothing is placed there, from before the call on; one that is switched on is waited
// for. Pure but for what it reads of the stage; loop thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/workflow/errands.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// Whether there is nothing on the host, nor was anything left there that has another by now.
bool is_vacant(const system::System& system, const system::Host& host);
// The class whose stubs switch it; empty: nobody can.
std::string_view power_of(const system::System& system, const system::Host& host);
// Whether the component is one that switches the host.
bool switches(const system::System& system, const system::Component& device, const system::Host& host);
// Whether it could be switched off as the system stands: it is up, vacant, can be switched, and is not needed
// for its family's reserve.
bool is_spare(const system::System& system, const system::Host& host);
// Whether it counts for the reserve of its family: it is there for something new and has nothing, nor is to
// have it by a run.
bool is_in_reserve(const Stage& stage, const system::Host& host);

struct Switching {
  std::vector<ErrandStep> steps;  // none where it is so already
  std::vector<ErrandStep> undo;   // once the steps have failed
};
// By `preferred` where that is one that can be asked. The Error says what keeps the host on: something is
// there, or to come by another run than `run`; the reserve; nobody can switch it.
Result<Switching> switching_off(const Stage& stage, const system::Host& host, RunId run,
                                system::ComponentId preferred);
// The host must answer within the timeout of the stub, once the call has ended.
Result<Switching> switching_on(const Stage& stage, const system::Host& host, system::ComponentId preferred);

// Who switched a host off, as the journal has it: "bmc1.power_off".
std::string switched_by(const system::Component& device, std::string_view stub);
bool is_switched_off_by(std::string_view by);

}  // namespace attune::workflow
