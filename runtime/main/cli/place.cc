// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "dsl/source.h"
#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/place_text.h"
#include "runtime/placement/plan_json.h"
#include "runtime/placement/state_json.h"

namespace attune::cli {

namespace {

class Place final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("FILE.json", path_,
                     "sites, hosts, VMs, traffic, constraints and objectives; - reads them from its input");
    options.flag("--json", as_json_, "the plan as JSON");
  }

  ExitCode run(Console& console) override {
    const auto text = path_ == "-" ? read_input() : dsl::load_text(path_);
    if (!text) return console.fail(ExitCode::kUsage, text.error().message);
    const placement::ReadState read = placement::read_state(*text);
    if (!read.findings.empty()) return tell(read.findings, console);
    const placement::Plan plan = placement::plan(read.state);
    if (as_json_)
      console.out.write(escaped_json(placement::json_of(plan, read.state)));
    else
      write_plan(plan, read.state, console.out);
    return plan.obstacles.empty() ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  static Result<std::string> read_input() {
    std::string text;
    std::array<char, 65536> some{};
    ssize_t count = 0;
    while ((count = ::read(STDIN_FILENO, some.data(), some.size())) != 0) {
      if (count < 0 && errno == EINTR) continue;
      if (count < 0)
        return fail(ErrorCode::kFailed, fmt::format("the input cannot be read: {}", std::strerror(errno)));
      text.append(some.data(), static_cast<size_t>(count));
      if (text.size() > dsl::kMaxSourceBytes)
        return fail(
            ErrorCode::kInvalid,
            fmt::format("the input is more than the {} bytes that are read of it", dsl::kMaxSourceBytes));
    }
    return text;
  }

  ExitCode tell(const placement::Findings& findings, Console& console) const {
    if (as_json_) {
      console.out.write(escaped_json(placement::json_of(findings)));
      return ExitCode::kFailed;
    }
    for (const placement::Finding& one : findings)
      console.err.write(fmt::format(
          "{}: {}: {}: {}\n  hint: {}\n", printable(path_), one.place.empty() ? "/" : printable(one.place),
          console.err.painted(Paint::kBad, "error"), printable(one.message), printable(one.hint)));
    return console.fail(ExitCode::kFailed,
                        fmt::format("{}: {} {}, so there is no plan", path_, findings.size(),
                                    findings.size() == 1 ? "error" : "errors"));
  }

  std::string path_;
  bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_place() {
  return std::make_unique<Place>();
}

}  // namespace attune::cli
