// SPDX-License-Identifier: Apache-2.0
// The errands that need no diagram: what starting, stopping, undeploying and moving come to where the project
// says nothing else. Loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/workflow/errands.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// Deploys all that is not deployed yet and whose host can be reached before anything is started: what lives
// inside VMs follows when it is first called. What fails is told, and tried again at the first call.
ErrandStep first_deployment(const system::System& system);
// Starts all that has a `start`, containers before contents, VMs before what lives inside them.
std::vector<ErrandStep> start_all(const system::System& system);
// The other way round, what runs or may run.
std::vector<ErrandStep> stop_all(const system::System& system);
// The same, and undeploys at each step what was stopped at it, as taking_down() does. What has failed is
// asked to stop as well.
std::vector<ErrandStep> undeploy_all(const system::System& system);

// Takes the component out of the world, with its contents and what lives inside it: the innermost stops
// first, and what lives inside a VM is undeployed while that still runs. `unbinds`: all of it is unbound from
// others once it has stopped, before it is undeployed. What is only declared is undeployed as well: a
// deployment that did not work may have left something.
std::vector<ErrandStep> taking_down(const system::System& system, const system::Component& component,
                                    bool unbinds);

// Stops what runs of it, the innermost first.
std::vector<ErrandStep> stopping(const system::System& system, const system::Component& component);
// Takes what should never have been made out of the world and out of the system: it is stopped, unbound,
// undeployed, however far its deployment came, and removed. One that cannot be stopped, or undeployed, stays.
std::vector<ErrandStep> unmaking(const system::System& system, const system::Component& component);

// Gives the component another host, after it was undeployed from the present one if that can be reached, also
// where it is only declared. It must be deployed there anew. kInvalid where it runs, or may run, on a host
// that is not down. From one that is down it may go, and is ended there when that host is back; but not what
// contains a virtual machine that may run: that waits until the host is known to be off.
Result<std::vector<ErrandStep>> move(const system::System& system, const system::Component& component,
                                     const std::string& host);

// Has the component elsewhere, with all that ran of it: migrates a virtual machine that can be; of anything
// else it is the place that changes, stopped and undeployed before, deployed and started after.
std::vector<ErrandStep> relocating(const system::System& system, const system::Component& component,
                                   const system::Host& host);

}  // namespace attune::workflow
