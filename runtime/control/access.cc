// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/access.h"

#include <algorithm>
#include <sstream>

#include <unistd.h>

#include "runtime/base/group.h"

namespace attune::control {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::kNone:
      return "do nothing";
    case Role::kLook:
      return "look";
    case Role::kOperate:
      return "operate";
    case Role::kAdminister:
      return "administer";
  }
  return "do nothing";
}

Access::Access() : groups_{{::getegid(), Role::kAdminister}} {}

Result<Access> Access::of(const std::string& look, const std::string& operate,
                          const std::string& administer) {
  Access access;
  const std::pair<const std::string&, Role> settings[] = {
      {look, Role::kLook}, {operate, Role::kOperate}, {administer, Role::kAdminister}};
  for (const auto& [names, role] : settings) {
    std::istringstream in(names);
    for (std::string name; in >> name;) {
      auto group = find_group(name);
      if (!group)
        return fail(
            std::move(group.error()).within("control." + std::string(name_of(role)) + " in attune.info"));
      access.groups_.emplace_back(*group, role);
    }
  }
  return access;
}

Role Access::role_of(const Peer& peer) const {
  if (peer.user == 0 || peer.user == ::geteuid()) return Role::kAdminister;
  Role highest = Role::kNone;
  for (const auto& [group, role] : groups_)
    if (std::find(peer.groups.begin(), peer.groups.end(), group) != peer.groups.end())
      highest = std::max(highest, role);
  return highest;
}

}  // namespace attune::control
