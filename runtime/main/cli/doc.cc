// SPDX-License-Identifier: Apache-2.0
// doc: a page about a project.
#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/findings.h"
#include "runtime/main/cli/loaded_folder.h"
#include "runtime/main/cli/project_page.h"

namespace attune::cli {

namespace {

class Doc final : public Command {
 public:
  void declare(Options& options) override { options.argument("DIR", path_, "the project's folder"); }

  ExitCode run(Console& console) override {
    const auto folder = load_folder(path_, console);
    if (!folder) return ExitCode::kUsage;
    write_findings(folder->found, console.err);
    if (folder->found.has_errors())
      return console.fail(ExitCode::kFailed, fmt::format("{}: {}, so there is no page", printable(path_),
                                                         counts_text(folder->found)));
    console.out.write(project_page(folder->loaded.project));
    return ExitCode::kDone;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<Command> make_doc() {
  return std::make_unique<Doc>();
}

}  // namespace attune::cli
