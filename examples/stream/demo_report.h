// SPDX-License-Identifier: Apache-2.0
// DemoReport: the demo's figures, from what its viewer saw and what the manager's journal tells. docs/lab.md
// describes its JSON. Pure; any thread.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "examples/stream/timeline.h"
#include "runtime/base/result.h"

namespace attune::stream {

struct DemoReport {
  std::string json;      // report.json
  std::string figures;   // the same for a person
  std::string svg;       // timeline.svg
  bool is_good = false;  // moved twice, nothing lost, and one host has it
};

struct DemoSources {
  std::istream& watch;             // stream_watch's report
  std::istream& log;               // `attune log --json`
  std::istream& marks;             // lines "unix-milliseconds text"
  std::vector<std::string> hosts;  // that have the virtual machine at the end, by their own word
};

Result<DemoReport> make_demo_report(const DemoSources& sources);

}  // namespace attune::stream
