// SPDX-License-Identifier: Apache-2.0
// Whether a component may get another host, and the change itself. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/system/system.h"
#include "runtime/workflow/record.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// Whether the call is to bring a VM that runs to another host, by its stub's implementation.
bool is_migration(const Call& call);
bool is_migration(const model::Stub& stub);  // the same of the stub
// The component's stub for that: the one of that name if it is one, else the wrapper's first; nullptr where
// it has none.
const model::Stub* migration_of(const system::System& system, const system::Component& component,
                                std::string_view preferred = {});

// kInvalid where it runs, or may run, on a host that is not down. From one that is down it may go; but not
// what contains a virtual machine that may run: that waits until the host is known to be off.
Result<void> may_move(const system::System& system, const system::Component& component);

// kInvalid where the host is in maintenance: it was chosen before that began, or by no policy.
Result<void> may_take(const system::System& system, const system::Component& component, system::HostId host);

// Sets aside the room for the component on the host, as long as the run goes on; only on the last one.
void reserve(Stage& stage, RunId run, system::ComponentId component, system::HostId host);

// The same beside what is set aside for it already: it only passes there.
void reserve_also(Stage& stage, RunId run, system::ComponentId component, system::HostId host);

// Gives it the host, if it may move. It is declared then: to be deployed there anew.
Result<void> move_to(Stage& stage, const system::Component& component, const std::string& host, RunId run,
                     std::string by);

}  // namespace attune::workflow
