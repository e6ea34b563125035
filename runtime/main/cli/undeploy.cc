// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"

namespace attune::cli {

namespace {

class Undeploy final : public Command {
 public:
  void declare(Options& options) override {
    options.optional_argument("COMPONENT", component_, "which, with what is in it; or");
    options.flag("--all", all_, "everything that the project has deployed");
    starter_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (all_ == !component_.empty())
      return console.fail(ExitCode::kUsage, "undeploy: name one COMPONENT, or give --all");
    return starter_.start(all_ ? path_of({"undeploy"}) : path_of({"components", component_, "undeploy"}), {},
                          console);
  }

 private:
  std::string component_;
  bool all_ = false;
  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_undeploy() {
  return std::make_unique<Undeploy>();
}

}  // namespace attune::cli
