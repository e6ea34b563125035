// SPDX-License-Identifier: Apache-2.0
// bind and unbind: the same words, and opposite requests.
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

class Bind final : public Command {
 public:
  Bind(std::string_view name, std::string_view method, std::string_view done)
      : name_(name), method_(method), done_(done) {}

  void declare(Options& options) override {
    options.argument("COMPONENT.ROLE", end_, "whose binding: `attune status COMPONENT` lists them");
    options.argument("OTHER", other_, "the component at the other end");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const std::string_view end = end_;
    const size_t dot = end.find('.');
    if (dot == end.npos || dot == 0 || dot + 1 == end.size())
      return console.fail(
          ExitCode::kUsage,
          fmt::format("{}: '{}' is not COMPONENT.ROLE, as in `attune {} balancer.workers app2`", name_, end,
                      name_));
    const auto done =
        link_.ask(method_, "/v1/bindings",
                  json_object({{"from", end.substr(0, dot)}, {"role", end.substr(dot + 1)}, {"to", other_}}));
    if (!done) return link_.complain(done.error(), console);
    console.out.write(fmt::format("{} {} {}\n", printable(end), done_, printable(other_)));
    return ExitCode::kDone;
  }

 private:
  std::string_view name_, method_, done_;
  std::string end_, other_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_bind() {
  return std::make_unique<Bind>("bind", "POST", "->");
}

std::unique_ptr<Command> make_unbind() {
  return std::make_unique<Bind>("unbind", "DELETE", "-/->");
}

}  // namespace attune::cli
