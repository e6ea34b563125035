// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

class Maintenance final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("HOST", host_, "what is there goes elsewhere, and nothing is placed there");
    options.flag("--end", ends_, "the host is there again for all");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const auto done = link_.ask(ends_ ? "DELETE" : "POST", path_of({"hosts", host_, "maintenance"}));
    if (!done) return link_.complain(done.error(), console);
    const std::string host = printable(host_);
    console.out.write(ends_ ? fmt::format("the maintenance of {} has ended\n", host)
                            : fmt::format("{} is in maintenance, and is being emptied: `attune status` shows "
                                          "what is still there\n",
                                          host));
    return ExitCode::kDone;
  }

 private:
  std::string host_;
  bool ends_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_maintenance() {
  return std::make_unique<Maintenance>();
}

}  // namespace attune::cli
