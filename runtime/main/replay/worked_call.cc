// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/worked_call.h"

#include <string>

#include <fmt/format.h>

#include "runtime/model/power.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/arguments.h"
#include "runtime/workflow/switching.h"

namespace attune::replay {

workflow::CallOutcome worked(const system::System& system, const workflow::Call& call) {
  const system::Host* guest = system.find_host(call.component_name);
  const system::Component* component = system.find(call.component);
  if (call.key != "VM" || component == nullptr) return workflow::CallExited{};
  if (call.operation == "migrate" && !call.arguments.empty())
    return workflow::CallExited{0, {}, {system::HostAssigned{call.component, call.arguments.back()}}};
  if (call.operation != "start") return workflow::CallExited{};
  const std::string address = fmt::format("<address of {}>", call.component_name);
  if (system.class_of(*component).find_attribute("address") != nullptr) {
    if (system.attribute(*component, "address")) return workflow::CallExited{};
    return workflow::CallExited{
        0, {}, {system::AttributeSet{call.component, "address", model::Value(address)}}};
  }
  if (guest == nullptr || guest->vm != call.component || !guest->address.empty())
    return workflow::CallExited{};
  return workflow::CallExited{
      0, {}, {system::HostChanged{.host = guest->name, .state = system::HostState::kUp, .address = address}}};
}

std::string switched_on_by(const system::System& system, const workflow::Call& call, Instant now) {
  const system::Component* device = system.find(call.component);
  if (call.stub != model::kPowerOn || device == nullptr) return {};
  const model::Stub* stub = system::stub_of(system, *device, call.stub);
  if (stub == nullptr) return {};
  for (const system::Host* host : system.hosts()) {
    if (system::is_usable(host->state) || !workflow::switches(system, *device, *host)) continue;
    const workflow::Operand passed[] = {workflow::HostRef{host->id}};
    const auto arguments =
        workflow::arguments_of(stub->params, workflow::Viewpoint{{system, now, {}}, device->id, passed});
    if (arguments && *arguments == call.arguments) return host->name;
  }
  return {};
}

}  // namespace attune::replay
