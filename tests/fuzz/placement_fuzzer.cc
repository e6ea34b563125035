// SPDX-License-Identifier: Apache-2.0
// Any bytes as a State's JSON: never a crash; every finding says something; what has none can be planned, and
// no host is overfilled in the end.
#include <cstdint>
#include <cstdlib>

#include "runtime/placement/plan_json.h"
#include "runtime/placement/state_json.h"

namespace placement = attune::placement;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const placement::ReadState read =
      placement::read_state(std::string_view(reinterpret_cast<const char*>(data), size));
  for (const placement::Finding& one : read.findings)
    if (one.message.empty() || one.hint.empty()) std::abort();
  if (!read.findings.empty() || read.state.vms.size() > 8 || read.state.hosts.size() > 8) return 0;
  const placement::Plan plan = placement::plan(read.state, {.work = 200, .nodes = 200});
  if (placement::json_of(plan, read.state).empty()) std::abort();
  const placement::Problem problem(read.state);
  std::vector<placement::Size> load(problem.hosts());
  for (placement::Index vm = 0; vm < problem.vms(); ++vm)
    if (plan.places[vm] != placement::kNowhere) load[plan.places[vm]] += problem.size(vm);
  for (placement::Index host = 0; host < problem.hosts(); ++host)
    if (!load[host].fits(problem.room(host))) std::abort();
  return 0;
}
