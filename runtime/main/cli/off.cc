// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

class Off final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("HOST", host_,
                     "a host that is down, and of which you know that nothing runs there any more");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const auto done = link_.ask("POST", path_of({"hosts", host_, "off"}));
    if (!done) return link_.complain(done.error(), console);
    console.out.write(fmt::format("{} is off: what it had may be started elsewhere\n", printable(host_)));
    return ExitCode::kDone;
  }

 private:
  std::string host_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_off() {
  return std::make_unique<Off>();
}

}  // namespace attune::cli
