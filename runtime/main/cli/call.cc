// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"

namespace attune::cli {

namespace {

class Call final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("COMPONENT", component_, "whose stub");
    options.argument("STUB", stub_, "which stub: `attune status COMPONENT` lists them");
    options.arguments("ARG", arguments_, "what the diagram would pass: $1, $2 ... in the wrapper");
    starter_.declare(options);
  }

  ExitCode run(Console& console) override {
    return starter_.start("/v1/calls", {{"component", component_}, {"stub", stub_}}, console, &arguments_);
  }

 private:
  std::string component_, stub_;
  std::vector<std::string> arguments_;
  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_call() {
  return std::make_unique<Call>();
}

}  // namespace attune::cli
