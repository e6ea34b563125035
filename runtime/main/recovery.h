// SPDX-License-Identifier: Apache-2.0
// What a manager does first: reads the journal into a history, and asks the world what became of what it
// says. Loop thread only.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/main/driver.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/history.h"

namespace attune::main {

// The newest checkpoint of the journal and the records after it; a journal that is not there yet has none.
// kCorrupt says what is damaged or does not fit the project; the log is told of what is damaged and not
// needed.
Result<void> read_journal(const std::string& path, workflow::History& history, Log& log);

// A component that ran when the last manager ended, and does not run any more; or one that had failed before.
struct FoundDead {
  std::string component;
  std::string why;
};

// Those that have failed: nobody can tell whether that was answered. To be asked before adopt_all().
std::vector<FoundDead> failed_before(const system::System& system);
// What is raised of it: component_failed; of a machine vm_crashed, where the project answers only that. An
// empty name: the component is gone.
workflow::Event event_of(const system::System& system, const FoundDead& dead);

// Has every component that may run taken over by its implementation, what lives inside VMs after those, and
// makes what it finds the system's state. Starts nothing.
Task<std::vector<FoundDead>> adopt_all(const system::System& system, workflow::Engine& engine, Driver& driver,
                                       Log& log);

// Where the drawing has changed since the journal began: what is new in the system (all from `first` on) and
// not started by a `start` that goes on, and what the drawing asks for in vain.
void tell_of_changes(const system::System& system, system::ComponentId first, bool starts, Log& log);

}  // namespace attune::main
