// SPDX-License-Identifier: Apache-2.0
// TimeLine: what came of a trace as a picture: where each component was, when runs went on, and what was
// told. Any thread.
#pragma once

#include <string>

#include "runtime/main/replay/replay_report.h"

namespace attune::replay {

// An SVG: a lane for each component, coloured by its host; below one for each diagram with its runs, failed
// ones red; hosts that were down and alerts as marks. Of more than 60 lanes the first, and it says so.
std::string time_line(const Outcome& outcome, const std::string& trace);

}  // namespace attune::replay
