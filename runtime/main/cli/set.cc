// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

class Set final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("COMPONENT.ATTRIBUTE=VALUE", assignment_,
                     "the value as a diagram writes it: 128MiB, 2s, 80%; of `host`, a host's name");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const std::string_view text = assignment_;
    const size_t sign = text.find('='), dot = text.substr(0, sign).find('.');
    if (sign == text.npos || dot == text.npos || dot == 0 || dot + 1 == sign)
      return console.fail(
          ExitCode::kUsage,
          fmt::format("set: '{}' is not COMPONENT.ATTRIBUTE=VALUE, as in frontend.period=2s", text));
    const auto done = link_.ask(
        "PUT",
        path_of({"components", text.substr(0, dot), "attributes", text.substr(dot + 1, sign - dot - 1)}),
        json_object({{"value", text.substr(sign + 1)}}));
    if (!done) return link_.complain(done.error(), console);
    console.out.write(
        fmt::format("{} = {}\n", printable(text.substr(0, sign)), printable(text.substr(sign + 1))));
    return ExitCode::kDone;
  }

 private:
  std::string assignment_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_set() {
  return std::make_unique<Set>();
}

}  // namespace attune::cli
