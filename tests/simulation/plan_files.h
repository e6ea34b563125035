// SPDX-License-Identifier: Apache-2.0
// Files of a fleet whose hosts stand on sites: the diagrams that ask for plans and carry them out. What the
// fleet writes besides those that all have. Pure; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace attune::simulation {

// Path and text of each.
std::vector<std::pair<std::string, std::string>> plan_files();
// Of the guests' wrapper: the events by which a person has a plan made.
std::string plan_events();

}  // namespace attune::simulation
