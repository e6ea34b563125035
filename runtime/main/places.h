// SPDX-License-Identifier: Apache-2.0
// Places: where a project's daemon keeps its files, as root or as a user, and where what ships with the
// programs lies. Any thread.
#pragma once

#include <string>

#include "runtime/base/result.h"

namespace attune::main {

struct Places {
  std::string run_folder;    // /run/attune/PROJECT, or below $XDG_RUNTIME_DIR
  std::string state_folder;  // /var/lib/attune/PROJECT, or below $XDG_STATE_HOME or ~/.local/state

  std::string pipe() const { return run_folder + "/events"; }
  std::string control() const { return run_folder + "/control"; }
  std::string journal() const { return state_folder + "/journal.db"; }
  std::string traffic() const { return state_folder + "/traffic.db"; }
};

// `run_base` and `state_base` stand in for /run/attune and /var/lib/attune where they are not empty.
// kInvalid: the name cannot be a folder's; kNotFound: a user without the environment that says where.
Result<Places> places_of(const std::string& project, const std::string& run_base = {},
                         const std::string& state_base = {});

// Makes the run folder (0750, of `group` where it is not empty) with those above it. Where it is `passable`,
// others can reach what stands in it and is for them (0751).
Result<void> make_run_folder(const Places& places, const std::string& group, bool passable = false);

// The directory with the probes, wrappers and diagrams that ship, and the lab: installed
// (PREFIX/share/attune) or the source tree that the program was built in. kNotFound says where it looked.
Result<std::string> stock_folder();

// A project of which a daemon runs, to be talked to: below `run_base`; where that is empty, the user's own or
// the system's. With an empty name the only one: kNotFound: none runs; kInvalid: several, the message names
// them. Where a name is given the socket may not be there.
struct RunningProject {
  std::string name;
  std::string control;  // its socket
};
Result<RunningProject> find_running(const std::string& project, const std::string& run_base = {});

// Where the project keeps its journal, whether or not a daemon runs. Errors as of places_of().
Result<std::string> journal_of(const std::string& project, const std::string& state_base = {});

// The one project that has a journal, or may have one that is not for this user: kNotFound and kInvalid as
// above.
Result<std::string> only_project_with_journal(const std::string& state_base = {});

}  // namespace attune::main
