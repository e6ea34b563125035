// SPDX-License-Identifier: Apache-2.0
// Users of this machine, by their numbers; and the one that this process is of. Any thread.
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace attune {

// "alice"; "user 1000" where nobody is called so.
std::string name_of_user(uid_t user);

// $HOME: the folder that "~" stands for. Nothing where that is not set, or empty.
std::optional<std::string> home_folder();

}  // namespace attune
