// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"

namespace attune::cli {

namespace {

class Create final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("CLASS", class_, "of which one more is made");
    starter_.declare(options);
  }

  ExitCode run(Console& console) override {
    return starter_.start(path_of({"components"}), {{"class", class_}}, console);
  }

 private:
  std::string class_;
  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_create() {
  return std::make_unique<Create>();
}

}  // namespace attune::cli
