// SPDX-License-Identifier: Apache-2.0
// Access: which role the user at the other end of the control socket has, by the groups that the settings
// control.look, control.operate and control.administer name. Immutable; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "runtime/base/result.h"
#include "runtime/control/peer.h"
#include "runtime/control/role.h"

namespace attune::control {

class Access {
 public:
  // As without settings: root, the manager's own user and its own group administer, nobody else comes in.
  Access();
  // The texts are names of groups with blanks between them. The Error names the setting and the group.
  static Result<Access> of(const std::string& look, const std::string& operate,
                           const std::string& administer);

  // The highest that one of the groups gives.
  Role role_of(const Peer& peer) const;
  // Whether others than the manager's own group may come in, so that the socket must let them.
  bool is_for_others() const { return groups_.size() > 1; }

 private:
  std::vector<std::pair<gid_t, Role>> groups_;
};

}  // namespace attune::control
