// SPDX-License-Identifier: Apache-2.0
// What is asked of a host's podman, and what its answers mean. All that varies comes as arguments, secrets on
// standard input. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/ports/shell.h"
#include "runtime/workflow/call.h"
#include "wrappers/container_spec.h"

namespace attune::wrappers {

// Where a component's container is found, and its things.
struct ContainerHome {
  std::string name;           // of the container, in all of the host
  std::string run_directory;  // with its output
  std::string directory;      // what a volume's source may be relative to, if it is there
};

// Of the container of a project's component.
std::string container_name(std::string_view project, std::string_view component);

// Starts it unless it runs already; one that has ended is made anew. `exports`: secret_exports()' text, which
// is handed to the shell that calls podman and to nobody else.
ports::Command container_start(const ContainerHome& home, const ContainerSpec& spec, std::string exports);
// Its stop signal, and SIGKILL after the grace; then it is removed, with its nameless volumes.
ports::Command container_stop(const ContainerHome& home, Duration grace);
ports::Command container_status(const ContainerHome& home);

// Of `status`: alive, kNotRun where podman gave no answer, or else not.
workflow::CallOutcome container_outcome(const Result<ports::CommandEnd>& end, const workflow::Call& call,
                                        const std::string& host);

}  // namespace attune::wrappers
