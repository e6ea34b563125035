// SPDX-License-Identifier: Apache-2.0
// Sessions: who is in at a door of the control API, and whether there is room for one more: who only looks
// cannot keep out who acts, nor one user all others of that role. Server thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "runtime/control/role.h"

namespace attune::control {

class Sessions {
 public:
  // The last eighth of `at_most` is for who administers alone, the one before also for who operates. Of a
  // user who does not administer there are at most `of_a_user`.
  Sessions(size_t at_most, size_t of_a_user) : at_most_(at_most), of_a_user_(of_a_user) {}

  // Whether the session is in, now that it is known who it is: not yet known is kNone. Who was in stays in,
  // however many come after; who has no room is out.
  bool admit(const void* session, Role role, const std::string& user);
  // It has ended; nothing where it is out.
  void leave(const void* session) { in_.erase(session); }

 private:
  struct Who {
    Role role = Role::kNone;
    std::string user;
  };
  bool has_room_for(const Who& who) const;

  const size_t at_most_, of_a_user_;
  std::map<const void*, Who> in_;
};

}  // namespace attune::control
