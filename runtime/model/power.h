// SPDX-License-Identifier: Apache-2.0
// Power: what a project says of switching hosts off and on: the class whose stubs do it, and how many empty
// hosts of a family stay on. Both are properties of hosts, so a node file may name another class for one of
// them. Immutable; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/model/project.h"

namespace attune::model {

inline constexpr std::string_view kPower = "power", kReserve = "reserve";  // of a host family
inline constexpr std::string_view kNoPower = "none";                       // of a host that nobody switches
inline constexpr std::string_view kPowerOff = "power_off", kPowerOn = "power_on";  // stubs
// Bool, of a host: it could be switched off now.
inline constexpr std::string_view kSpare = "spare";

inline bool is_power_stub(std::string_view stub) {
  return stub == kPowerOff || stub == kPowerOn;
}

// Nothing where the family has no host of the name.
const HostDeclaration* find_declaration(const HostFamily& family, std::string_view host);
// The class whose stubs switch the host; empty: nobody can.
std::string_view power_of(const HostDeclaration& host);
// Whether some host of the family can be switched.
bool has_power(const HostFamily& family);
// How many empty hosts stay on; 1 where the family says nothing.
int64_t reserve_of(const HostFamily& family);

}  // namespace attune::model
