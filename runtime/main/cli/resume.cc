// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

class Resume final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("EVENT", event_, "an event that was switched off: `attune status` names them");
    options.optional_argument("COMPONENT", component_, "about this one only");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    Json body = Json::object();
    if (!component_.empty()) body["component"] = component_;
    const auto done = link_.ask("POST", path_of({"events", event_, "resume"}),
                                body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!done) return link_.complain(done.error(), console);
    console.out.write(
        fmt::format("{} is answered again{}\n", event_, component_.empty() ? "" : " for " + component_));
    return ExitCode::kDone;
  }

 private:
  std::string event_, component_;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_resume() {
  return std::make_unique<Resume>();
}

}  // namespace attune::cli
