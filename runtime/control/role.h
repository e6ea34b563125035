// SPDX-License-Identifier: Apache-2.0
// Role: what someone may do through the API. Each includes those before it. Any thread.
#pragma once

#include <string_view>

namespace attune::control {

enum class Role {
  kNone,
  kLook,       // ask for anything
  kOperate,    // send events, call stubs, approve and cancel runs, resume reactions, set modes
  kAdminister  // change what the system is made of, undeploy, stop
};
std::string_view name_of(Role role);  // "look", "operate", "administer"; "do nothing"

}  // namespace attune::control
