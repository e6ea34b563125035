// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "dsl/source.h"
#include "dsl/syntax_json.h"
#include "runtime/base/log.h"
#include "runtime/main/cli/agent_reader.h"
#include "runtime/main/cli/archive_check.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/findings.h"
#include "runtime/main/cli/loaded_folder.h"
#include "runtime/main/cli/sarif.h"
#include "wrappers/container_spec.h"

namespace attune::cli {

namespace {

class Check final : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("DIR", paths_, "the project's folder; with --ast: files");
    options.flag("--json", as_json_, "the findings as JSON");
    options.flag("--sarif", as_sarif_, "the findings as a SARIF 2.1.0 log");
    options.flag("--strict", is_strict_, "warnings count as errors do");
    options.flag("--agents", asks_agents_,
                 "ask the OCF agents of this machine for their parameters: runs them");
    options.flag("--ast", trees_, "print each diagram's tree, one line of JSON a file, and check no more");
  }

  ExitCode run(Console& console) override {
    if (as_json_ && as_sarif_) return console.fail(ExitCode::kUsage, "check: --json or --sarif, not both");
    if (trees_) return write_trees(console);
    if (paths_.size() != 1)
      return console.fail(ExitCode::kUsage, "check: name one folder, as in `attune check examples/local`");
    return check(paths_[0], console);
  }

 private:
  ExitCode check(const std::string& path, Console& console) const {
    auto folder = load_folder(path, console, [this](const model::Project& project, Diagnostics& found) {
      check_archives(project, found);
      wrappers::check_containers(project, found);
      if (asks_agents_) wrappers::check_agents(project, read_agent, found);
    });
    if (!folder) return ExitCode::kUsage;
    if (as_sarif_) {
      console.write_json(findings_sarif(folder->found));
    } else if (as_json_) {
      console.write_json(findings_json(folder->loaded.project.name, folder->found));
    } else {
      write_findings(folder->found, console.out);
      console.out.write(fmt::format("{}: {}\n", printable(path), counts_text(folder->found)));
    }
    const bool is_wrong = folder->found.has_errors() || (is_strict_ && !folder->found.is_clean());
    return is_wrong ? ExitCode::kFailed : ExitCode::kDone;
  }

  ExitCode write_trees(Console& console) const {
    if (paths_.empty()) return console.fail(ExitCode::kUsage, "check --ast: name the files");
    Diagnostics found;
    for (const std::string& path : paths_) {
      auto text = dsl::load_text(path);
      if (!text) return console.fail(ExitCode::kUsage, text.error().message);
      Diagnostics own;
      console.write_json(dsl::syntax_json(path, std::move(*text), own));
      own.sort();
      write_findings(own, console.err);
      found.add(own);
    }
    return found.has_errors() ? ExitCode::kFailed : ExitCode::kDone;
  }

  std::vector<std::string> paths_;
  bool as_json_ = false, as_sarif_ = false, is_strict_ = false, asks_agents_ = false, trees_ = false;
};

}  // namespace

std::unique_ptr<Command> make_check() {
  return std::make_unique<Check>();
}

}  // namespace attune::cli
