// SPDX-License-Identifier: Apache-2.0
// Switching hosts off and on: which may be switched off, by which component, and the errands that it comes
// to. A host is off, and nothing is placed there, from before the call on, and also after one that broke off,
// until it is known which it is; one that is switched on is waited for. Pure but for what it reads of the
// stage; loop thread only.
#pragma once

#include <optional>
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
// The host, where one of the components switches it. Nothing where none of them is there to switch hosts: the
// stub means something else to them. kInvalid: it is switched by others, or by nobody.
Result<std::optional<system::HostId>> host_switched_by(const system::System& system,
                                                       const std::vector<system::ComponentId>& devices,
                                                       const system::Host& host);
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
Result<Switching> switching_on(const Stage& stage, const system::Host& host, RunId run,
                               system::ComponentId preferred);
// The run but for `run` that has a call of the component under way; 0: none.
RunId called_by_other(const Stage& stage, const system::Component& device, RunId run);

// How long a host may take to shut down once it was told to: the longest `grace` of what switches it, or 2
// min where that says nothing.
Duration grace_of(const system::System& system, const system::Host& host);

}  // namespace attune::workflow
