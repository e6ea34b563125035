// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/switching.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "runtime/model/power.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/off_hosts.h"

namespace attune::workflow {

using system::Component;
using system::Host;
using system::HostState;
using system::System;

namespace {

constexpr std::string_view kGrace = "grace";  // an attribute
constexpr Duration kUsualGrace = std::chrono::minutes(2);

const model::HostFamily* family_of(const System& system, const Host& host) {
  const auto& families = system.project().families;
  return host.family < families.size() ? &families[host.family] : nullptr;
}

int64_t reserve_of(const System& system, const Host& host) {
  const model::HostFamily* family = family_of(system, host);
  return family == nullptr ? 0 : model::reserve_of(*family);
}

// One in maintenance is nobody's reserve.
bool can_be_reserve(const System& system, const Host& host) {
  return host.state == HostState::kUp && !host.in_maintenance && is_vacant(system, host);
}

// How many others of the family would be its reserve, as far as so many are asked for.
template <class Counts>
int64_t count_others(const System& system, const Host& host, int64_t wanted, Counts counts) {
  int64_t count = 0;
  const model::HostFamily* family = family_of(system, host);
  if (family == nullptr || wanted <= 0) return 0;
  for (const Host* other : system.hosts(family->name)) {
    if (count >= wanted) break;
    if (other->id != host.id && counts(*other)) ++count;
  }
  return count;
}

std::string about_to(RunId run) {
  return fmt::format("run {} is about to put something there", run);
}

// What is to come there: another run than `own` has set the host aside, or some run migrates a machine there,
// or has lost one on the way. Empty: nothing.
std::string expected(const Stage& stage, const Host& host, RunId own) {
  for (size_t i = 0; i < stage.reserved.size(); ++i)
    if (stage.reserved[i].host == host.id && stage.reserved_by[i] != own)
      return about_to(stage.reserved_by[i]);
  for (const Burdens::Arrival& one : stage.burdens.arrivals(host.name)) {
    if (stage.calls.contains(one.call)) return about_to(one.run);
    const Component* machine = stage.system.find(one.machine);
    if (machine != nullptr && machine->lifecycle == system::Lifecycle::kLost)
      return fmt::format("{} may have come there", machine->name);
  }
  return {};
}

// What of it is there, or was left there; nullptr: nothing.
const Component* find_on(const System& system, const Host& host) {
  const std::vector<const Component*> there = system.components_on(host);
  if (!there.empty()) return there.front();
  for (const Component* left : system.left_behind())
    if (std::find(left->left_on.begin(), left->left_on.end(), host.id) != left->left_on.end()) return left;
  return nullptr;
}

// Whether some host of the project is switched by its class.
bool is_power_device(const System& system, const Component& device) {
  const std::string& name = system.class_of(device).name;
  for (const model::HostFamily& family : system.project().families)
    for (const model::HostDeclaration& host : family.hosts) {
      const std::string_view power = model::power_of(host);
      if (!power.empty() && system.project().is_a(name, power)) return true;
    }
  return false;
}

auto stays_on(const Host& host, std::string_view why) {
  return fail(ErrorCode::kInvalid, fmt::format("{} stays on: {}", host.name, why));
}

Result<void> is_free(const Stage& stage, const Host& host, RunId run) {
  if (host.state != HostState::kUp)
    return stays_on(host, fmt::format("it is {}, and only a host that answers is switched off",
                                      system::name_of(host.state)));
  if (const Component* there = find_on(stage.system, host)) {
    const bool is_left = there->host != host.id;
    return stays_on(host, fmt::format("{} {}", there->name, is_left ? "was left there" : "is there"));
  }
  if (const std::string what = expected(stage, host, run); !what.empty()) return stays_on(host, what);
  return {};
}

// A host in maintenance is no reserve, so it can go.
Result<void> leaves_reserve(const Stage& stage, const Host& host) {
  const int64_t reserve = host.in_maintenance ? 0 : reserve_of(stage.system, host);
  const int64_t others = count_others(stage.system, host, reserve,
                                      [&](const Host& other) { return is_in_reserve(stage, other); });
  if (others >= reserve) return {};
  return stays_on(
      host, fmt::format("the reserve of '{}' is {}, and {} other empty host{} on",
                        family_of(stage.system, host)->name, reserve, others, others == 1 ? " is" : "s are"));
}

std::string on_its_way(const std::string& host, RunId run) {
  if (run != 0) return fmt::format("run {} is switching {} off", run, host);
  return fmt::format("switching {} off has broken off, and does not show yet whether it is", host);
}

bool can_be_asked(const System& system, const Component& device, const Host& about) {
  const Host* where = system.host_of(device);
  return where != nullptr && where->id != about.id && system::is_usable(where->state);
}

Result<const Component*> choose_device(const Stage& stage, const Host& host, RunId run,
                                       system::ComponentId preferred) {
  const System& system = stage.system;
  const std::string_view power = power_of(system, host);
  if (power.empty())
    return fail(ErrorCode::kInvalid,
                fmt::format("nobody can switch {}: its host family names no power", host.name));
  const Component* first = nullptr;
  RunId fence = 0;  // that was let pass
  for (const Component* one : system.instances(power)) {
    if (!can_be_asked(system, *one, host)) continue;
    if (const RunId other = called_by_other(stage, *one, run)) {
      fence = other;
    } else if (first == nullptr || one->id == preferred) {
      first = one;
    }
  }
  if (first != nullptr) return first;
  if (fence != 0)
    return fail(ErrorCode::kFailed,
                fmt::format("the '{}' that could switch {} is in use by run {}", power, host.name, fence));
  return fail(ErrorCode::kUnreachable, fmt::format("no '{}' can be asked to switch {}", power, host.name));
}

CallStep call_of(const Component& device, std::string_view stub, const Host& host) {
  return CallStep{{{device.id, std::string(stub), {HostRef{host.id}}}}};
}

}  // namespace

RunId called_by_other(const Stage& stage, const Component& device, RunId run) {
  for (const auto& [id, open] : stage.calls)
    if (open.call.component == device.id && open.call.run != run) return open.call.run;
  return 0;
}

bool is_vacant(const System& system, const Host& host) {
  return system.count_on(host) == 0 && find_on(system, host) == nullptr;
}

std::string_view power_of(const System& system, const Host& host) {
  const model::HostFamily* family = family_of(system, host);
  const auto* declared = family == nullptr ? nullptr : model::find_declaration(*family, host.name);
  return declared == nullptr ? std::string_view() : model::power_of(*declared);
}

bool switches(const System& system, const Component& device, const Host& host) {
  const std::string_view power = power_of(system, host);
  return !power.empty() && system.project().is_a(system.class_of(device).name, power);
}

Result<std::optional<system::HostId>> host_switched_by(const System& system,
                                                       const std::vector<system::ComponentId>& devices,
                                                       const Host& host) {
  const Component* other = nullptr;
  for (const system::ComponentId id : devices) {
    const Component* device = system.find(id);
    if (device == nullptr) continue;
    if (switches(system, *device, host)) return std::optional(host.id);
    if (is_power_device(system, *device)) other = device;
  }
  if (other == nullptr) return std::optional<system::HostId>();
  const std::string_view power = power_of(system, host);
  return fail(ErrorCode::kInvalid,
              power.empty()
                  ? fmt::format("{} is switched by nobody: its host family, or the node file, names no power",
                                host.name)
                  : fmt::format("{} is switched by '{}', not by {}", host.name, power, other->name));
}

bool is_spare(const System& system, const Host& host) {
  if (host.state != HostState::kUp || !is_vacant(system, host) || power_of(system, host).empty())
    return false;
  const int64_t reserve = host.in_maintenance ? 0 : reserve_of(system, host);
  return count_others(system, host, reserve,
                      [&](const Host& other) { return can_be_reserve(system, other); }) >= reserve;
}

bool is_in_reserve(const Stage& stage, const Host& host) {
  return can_be_reserve(stage.system, host) && expected(stage, host, 0).empty();
}

Result<Switching> switching_off(const Stage& stage, const Host& host, RunId run,
                                system::ComponentId preferred) {
  if (host.vm != system::kNoComponent) return stays_on(host, "it is a virtual machine, which a stub stops");
  if (const auto going = stage.going_off.find(host.name); going != stage.going_off.end())
    return fail(ErrorCode::kFailed, on_its_way(host.name, going->second.run));
  if (host.state == HostState::kOff) return Switching{};
  const auto device = choose_device(stage, host, run, preferred);
  if (!device) return fail(device.error());
  if (Result<void> free = is_free(stage, host, run); !free) return fail(free.error());
  if (Result<void> enough = leaves_reserve(stage, host); !enough) return fail(enough.error());
  const std::string by = switched_by((*device)->name, model::kPowerOff);
  Switching made;
  made.steps.emplace_back(HostStep{host.name, HostState::kOff, by});
  made.steps.emplace_back(call_of(**device, model::kPowerOff, host));
  made.steps.emplace_back(GoneOffStep{host.name});
  made.undo.emplace_back(HostStep{host.name, HostState::kOff, broken_off_by(by)});
  return made;
}

Result<Switching> switching_on(const Stage& stage, const Host& host, RunId run,
                               system::ComponentId preferred) {
  if (host.vm != system::kNoComponent)
    return fail(ErrorCode::kInvalid, fmt::format("{} is a virtual machine, which a stub starts", host.name));
  if (system::is_usable(host.state)) return Switching{};
  const auto device = choose_device(stage, host, run, preferred);
  if (!device) return fail(device.error());
  const model::Stub* stub = system::stub_of(stage.system, **device, model::kPowerOn);
  Switching made;
  made.steps.emplace_back(call_of(**device, model::kPowerOn, host));
  made.steps.emplace_back(AnswerStep{host.name, stub == nullptr ? Duration::zero() : stub->timeout});
  return made;
}

Duration grace_of(const System& system, const Host& host) {
  std::optional<Duration> longest;
  for (const Component* one : system.instances(power_of(system, host))) {
    const auto said = system.attribute(*one, kGrace);
    const auto* grace = said ? said->get_if<Duration>() : nullptr;
    if (grace != nullptr) longest = std::max(longest.value_or(Duration::zero()), *grace);
  }
  return longest.value_or(kUsualGrace);
}

}  // namespace attune::workflow
