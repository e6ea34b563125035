// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/dry_run.h"
#include "runtime/main/cli/findings.h"
#include "runtime/main/cli/loaded_folder.h"
#include "runtime/main/cli/plan_json.h"
#include "runtime/main/cli/plan_text.h"

namespace attune::cli {

namespace {

class PlanCommand final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", path_, "the project's folder");
    options.flag("-v,--verbose", with_calls_, "each call on a line of its own, with its arguments");
    options.flag("--json", as_json_, "the plan as JSON");
  }

  ExitCode run(Console& console) override {
    auto folder = load_folder(path_, console);
    if (!folder) return ExitCode::kUsage;
    write_findings(folder->found, console.err);
    if (folder->found.has_errors())
      return console.fail(ExitCode::kFailed, fmt::format("{}: {}, so there is no plan", printable(path_),
                                                         counts_text(folder->found)));
    DryRun dry_run(std::move(folder->loaded.project));
    const auto plan = dry_run.play(folder->loaded.instances);
    if (!plan) return console.fail(ExitCode::kFailed, plan.error().message);
    if (as_json_)
      write_plan_json(*plan, dry_run.system(), console.out);
    else
      write_plan(*plan, dry_run.system(), with_calls_, console.out);
    return plan->problem.empty() ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  std::string path_;
  bool with_calls_ = false, as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_plan() {
  return std::make_unique<PlanCommand>();
}

}  // namespace attune::cli
