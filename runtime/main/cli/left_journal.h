// SPDX-License-Identifier: Apache-2.0
// The journal that an attuned has left, for the commands that read it themselves where none runs. One thread
// at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/main/cli/daemon_link.h"
#include "runtime/workflow/record.h"

namespace attune::cli {

// The path of the journal of a project whose attuned does not run; nothing where one does, or where there is
// none to be found. One that is not for this user is. `state_folder` is what --state-dir says.
std::optional<std::string> find_left_journal(DaemonLink& link, const std::string& state_folder);

// Tells `know` the components that there are, or were where the journal is a short one.
void learn_names(const std::string& journal,
                 const std::function<void(system::ComponentId, std::string)>& know);

}  // namespace attune::cli
