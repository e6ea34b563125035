// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"

namespace attune::cli {

namespace {

class Remove final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("COMPONENT", component_, "which, with what is in it");
    starter_.declare(options);
  }

  ExitCode run(Console& console) override {
    return starter_.start(path_of({"components", component_, "remove"}), {}, console);
  }

 private:
  std::string component_;
  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_remove() {
  return std::make_unique<Remove>();
}

}  // namespace attune::cli
