// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"

namespace attune::cli {

namespace {

class Stop final : public Command {
 public:
  void declare(Options& options) override { starter_.declare(options); }
  ExitCode run(Console& console) override { return starter_.start("/v1/stop", {}, console); }

 private:
  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_stop() {
  return std::make_unique<Stop>();
}

}  // namespace attune::cli
