// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/workflow/mode.h"

namespace attune::cli {

namespace {

class Mode final : public Command {
 public:
  void declare(Options& options) override {
    options.optional_argument("MODE", mode_,
                              "automatic, recommend or paused; shows what is set where silent");
    options.optional_argument("COMPONENT", component_,
                              "of it and all in it; of the whole project where silent");
    options.flag("--json", as_json_, "the answer as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    if (!mode_.empty() && !workflow::find_mode(mode_))
      return console.fail(ExitCode::kUsage, fmt::format("mode: '{}' is none: automatic, recommend or paused",
                                                        printable(mode_)));
    const auto modes = mode_.empty() ? link_.ask("GET", "/v1/mode") : link_.ask("PUT", "/v1/mode", wanted());
    if (!modes) return link_.complain(modes.error(), console);
    if (as_json_) {
      console.write_json(*modes);
      return ExitCode::kDone;
    }
    for (const std::string& text : mode_texts(nlohmann::ordered_json::parse(*modes, nullptr, false)))
      console.out.write(text + "\n");
    return ExitCode::kDone;
  }

 private:
  std::string wanted() const {
    Members members{{"mode", mode_}};
    if (!component_.empty()) members.emplace_back("component", component_);
    return json_object(members);
  }

  std::string mode_, component_;
  bool as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_mode() {
  return std::make_unique<Mode>();
}

}  // namespace attune::cli
