// SPDX-License-Identifier: Apache-2.0
// ReplayReport: what came of a trace, as a table for a person, as JSON, and as a JUnit report of what was
// expected. Any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/main/replay/expectation.h"
#include "runtime/main/replay/replay.h"

namespace attune::replay {

// A project on the trace; two where they are compared.
struct Outcome {
  std::string name;  // the project's folder, as it was said
  Played played;
  std::vector<Verdict> verdicts;
};

bool all_hold(const std::vector<Outcome>& outcomes);

// The figures side by side, what was refused, and the verdicts. Printable.
std::string report_text(const std::vector<Outcome>& outcomes, const std::string& trace);
// {"trace", "projects": [{"name", "begin", "end", "figures", "refused", "happenings", "expectations"}]}
std::string report_json(const std::vector<Outcome>& outcomes, const std::string& trace);
// A test suite for each project, a test case for each expectation, as Jenkins and the forges read it.
std::string report_junit(const std::vector<Outcome>& outcomes, const std::string& trace);

}  // namespace attune::replay
