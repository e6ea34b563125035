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
  if (migrates && call.arguments.size() > kTarget) add(call.arguments[kTarget]);
}

void Burdens::forget(RunId run) {
  for (auto at = of_runs_.lower_bound({run, {}}); at != of_runs_.end() && at->first == run;) {
    of_hosts_.erase({at->second, run});
    at = of_runs_.erase(at);
  }
}

RunId Burdens::on(std::string_view host) const {
  if (of_hosts_.empty()) return 0;
  const auto found = of_hosts_.lower_bound({std::string(host), 0});
  return found == of_hosts_.end() || found->first != host ? 0 : found->second;
}

}  // namespace attune::workflow
