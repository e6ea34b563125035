// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/sessions.h"

#include <utility>

namespace attune::control {

bool Sessions::admit(const void* session, Role role, const std::string& user) {
  in_.erase(session);
  Who who{role, user};
  if (!has_room_for(who)) return false;
  in_.emplace(session, std::move(who));
  return true;
}

bool Sessions::has_room_for(const Who& who) const {
  if (in_.size() >= at_most_) return false;
  if (who.role == Role::kNone || who.role == Role::kAdminister) return true;
  size_t no_higher = 0, own = 0;
  for (const auto& [session, other] : in_) {
    if (other.role == Role::kNone || other.role > who.role) continue;
    ++no_higher;
    if (other.user == who.user) ++own;
  }
  const size_t kept = at_most_ / 8 * (who.role == Role::kLook ? 2 : 1);
  return no_higher + kept < at_most_ && own < of_a_user_;
}

}  // namespace attune::control
