// SPDX-License-Identifier: Apache-2.0
// RunStarter: what the commands that start a run have in common (call, create, remove, undeploy, stop): they
// wait for it, and tell how it went. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

class RunStarter {
 public:
  // --no-wait, --json, and which daemon.
  void declare(Options& options);

  // Asks for the run, and shows how it ended, or its number where nobody waits. `members` are those of the
  // request; `arguments` one more, a list of texts, where there is one. kFailed: the run did not end well.
  ExitCode start(std::string_view target, const Members& members, Console& console,
                 const std::vector<std::string>* arguments = nullptr);

  DaemonLink& link() { return link_; }
  bool waits() const { return !does_not_wait_; }

 private:
  DaemonLink link_;
  bool does_not_wait_ = false, as_json_ = false;
};

}  // namespace attune::cli
