// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

class Approve final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("RUN", run_, "its number: `attune status` lists those that wait for it");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (run_.empty() || !std::all_of(run_.begin(), run_.end(), [](char c) { return c >= '0' && c <= '9'; }))
      return console.fail(ExitCode::kUsage,
                          fmt::format("approve: '{}' is not a run's number, as in 7", run_));
    const auto done = link_.ask("POST", path_of({"runs", run_, "approval"}));
    if (!done) return link_.complain(done.error(), console);
    console.out.write(fmt::format("run {} is approved: see `attune log --run {}`\n", run_, run_));
    return ExitCode::kDone;
  }

 private:
  std::string run_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_approve() {
  return std::make_unique<Approve>();
}

}  // namespace attune::cli
