// SPDX-License-Identifier: Apache-2.0
// Fleet: the project that the simulation runs: hosts with virtual machines that move when they are loaded,
// and with processes that grow and shrink in number; what is found dead is started again. Written to a folder
// and read by the product's own front end.
#pragma once

#include <memory>

#include "dsl/project_loader.h"
#include "tests/simulation/story.h"

namespace attune::simulation {

// The same object for stories of the same size. Aborts where the front end finds an error.
std::shared_ptr<const dsl::LoadedProject> fleet_of(const Story& story);
// Where probes lie: the one that measures loads is there in name only, since no host runs it.
std::string stock_folder();

}  // namespace attune::simulation
