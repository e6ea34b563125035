// SPDX-License-Identifier: Apache-2.0
// The demo's last step as a program: reads watch.json, log.json and marks of a folder, writes report.json and
// timeline.svg there, and tells the figures. ./demo calls it.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "examples/stream/demo_report.h"

namespace {

constexpr char kUsage[] =
    "usage: demo_figures DIR [HOST ...]\n"
    "  DIR    has watch.json (stream_watch), log.json (attune log --json), marks (unix-milliseconds text)\n"
    "  HOST   each host that has the virtual machine at the end\n"
    "Writes report.json and timeline.svg there. Exit code 1: the demo did not go as it should.\n";

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty() || words[0].starts_with('-')) {
    std::fputs(kUsage, words.empty() || words[0] != "--help" ? stderr : stdout);
    return words.empty() || words[0] != "--help" ? 2 : 0;
  }
  const std::string& folder = words[0];
  std::ifstream watch(folder + "/watch.json"), log(folder + "/log.json"), marks(folder + "/marks");
  const auto report = attune::stream::make_demo_report({watch, log, marks, {words.begin() + 1, words.end()}});
  if (!report) {
    std::fprintf(stderr, "demo_figures: %s\n", report.error().message.c_str());
    return 1;
  }
  std::ofstream json(folder + "/report.json"), svg(folder + "/timeline.svg");
  json << report->json;
  svg << report->svg;
  json.close();
  svg.close();
  std::fputs(report->figures.c_str(), stdout);
  return json && svg && report->is_good ? 0 : 1;
}
