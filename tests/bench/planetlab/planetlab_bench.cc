// SPDX-License-Identifier: Apache-2.0
// What the planetlab benchmark runs: a policy on one day of traces, on 800 hosts; prints its figures as JSON.
//   planetlab_bench FOLDER thr|iqr|mad|lr|attune [SEED]
// With a seed the traces are dealt to the VMs in another order, which 0 or none leaves as the files' names
// are.
#include <cstdlib>
#include <iostream>
#include <string>

#include <fmt/format.h>

#include "runtime/placement/random.h"
#include "tests/bench/planetlab/heuristics.h"
#include "tests/bench/planetlab/upkeep_policy.h"

namespace attune::planetlab {
namespace {

constexpr size_t kHosts = 800;

int run(const std::string& folder, const std::string& name, uint64_t seed) {
  auto traces = load_traces(folder);
  if (!traces) {
    std::cerr << traces.error().message << "\n";
    return 1;
  }
  const auto detector = find_detector(name);
  if (!detector && name != "attune") {
    std::cerr << "there is no policy '" << name << "': thr, iqr, mad, lr, attune\n";
    return 2;
  }
  if (seed != 0) placement::Random(seed).shuffle(*traces);
  Effort effort;
  const auto policy = detector ? heuristic(*detector) : upkeep_policy(effort);
  World world(kHosts, *traces);
  world.play(*policy);
  const Figures figures = world.figures();
  std::cout << fmt::format(
      "{{\"vms\": {}, \"kwh\": {}, \"migrations\": {}, \"overload\": {}, \"degradation\": {}, \"violation\": "
      "{}, "
      "\"product\": {}, \"shortfall\": {}, \"decide_s\": {}, \"longest_s\": {}}}\n",
      traces->size(), figures.kwh, world.migrations(), figures.overload, figures.degradation,
      figures.violation(), figures.product(), figures.shortfall, effort.seconds, effort.longest);
  return 0;
}

}  // namespace
}  // namespace attune::planetlab

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::cerr << "usage: planetlab_bench FOLDER thr|iqr|mad|lr|attune [SEED]\n";
    return 2;
  }
  return attune::planetlab::run(argv[1], argv[2], argc == 4 ? std::strtoull(argv[3], nullptr, 10) : 0);
}
