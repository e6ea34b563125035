// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/burdens.h"

#include "runtime/system/stubs.h"
#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {
constexpr std::string_view kBoot = "start";  // the operation
constexpr size_t kTarget = 1;                // of a migration's arguments: the host that it goes to
}  // namespace

void Burdens::issued(const Call& call) {
  const bool migrates = is_migration(call);
  const bool boots = call.key == system::kVmKey && call.operation == kBoot;
  const auto add = [&](const std::string& host) {
    of_hosts_.emplace(host, call.run);
    of_runs_.emplace(call.run, host);
  };
  if ((boots || migrates) && !call.host.empty()) add(call.host);
  if (!migrates || call.arguments.size() <= kTarget) return;
  add(call.arguments[kTarget]);
  forget_machine(call.component);
  journeys_.emplace(call.component,
                    Journey{call.arguments[kTarget], Arrival{call.component, call.id, call.run}});
  to_hosts_.emplace(call.arguments[kTarget], call.component);
}

void Burdens::forget(RunId run) {
  for (auto at = of_runs_.lower_bound({run, {}}); at != of_runs_.end() && at->first == run;) {
    of_hosts_.erase({at->second, run});
    at = of_runs_.erase(at);
  }
}

void Burdens::forget_machine(system::ComponentId machine) {
  const auto found = journeys_.find(machine);
  if (found == journeys_.end()) return;
  to_hosts_.erase({found->second.to, machine});
  journeys_.erase(found);
}

std::vector<Burdens::Arrival> Burdens::arrivals(std::string_view host) const {
  std::vector<Arrival> all;
  for (auto at = to_hosts_.lower_bound({std::string(host), 0}); at != to_hosts_.end() && at->first == host;
       ++at)
    all.push_back(journeys_.at(at->second).arrival);
  return all;
}

RunId Burdens::on(std::string_view host) const {
  if (of_hosts_.empty()) return 0;
  const auto found = of_hosts_.lower_bound({std::string(host), 0});
  return found == of_hosts_.end() || found->first != host ? 0 : found->second;
}

}  // namespace attune::workflow
