// SPDX-License-Identifier: Apache-2.0
// TimeLine: what came of a trace as a picture: where each component was, when runs went on, and what was
// told. Any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/main/replay/replay_report.h"

namespace attune::replay {

// An SVG: a lane for each component, coloured by its host; below one for each diagram with its runs, those
// that did not end well black; below these hosts that were down or off, and alerts as marks. Each bar says
// what it is to who points at it. Of more than 60 lanes the first, and it says so. Several projects stand
// below each other.
std::string time_line(const std::vector<Outcome>& outcomes, const std::string& trace);

}  // namespace attune::replay
