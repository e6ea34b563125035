// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

class Send final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("EVENT", event_, "its name");
    options.argument("COMPONENT", component_, "the component it is about; - for none");
    options.arguments("NAME=VALUE", values_, "what it carries");
    options.flag("--json", as_json_, "the answer as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    Json body = {{"event", event_}, {"values", Json::object()}};
    if (component_ != "-") body["component"] = component_;
    for (const std::string& value : values_) {
      const size_t sign = value.find('=');
      if (sign == 0 || sign == value.npos)
        return console.fail(ExitCode::kUsage,
                            fmt::format("send: '{}' is not NAME=VALUE, as in cpu=97%", value));
      if (body["values"].contains(value.substr(0, sign)))
        return console.fail(ExitCode::kUsage, fmt::format("send: '{}' is said twice", value.substr(0, sign)));
      body["values"][value.substr(0, sign)] = value.substr(sign + 1);
    }
    const auto answer =
        link_.ask("POST", "/v1/events", body.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (!answer) return link_.complain(answer.error(), console);
    if (as_json_)
      console.write_json(*answer);
    else
      tell(Json::parse(*answer, nullptr, false), console);
    return ExitCode::kDone;
  }

 private:
  static void tell(const Json& answer, Console& console) {
    const Json& run = part(answer, "run");
    if (run.is_number_unsigned())
      return console.out.write(fmt::format("run {} answers it: see `attune log --run {}`\n",
                                           run.get<uint64_t>(), run.get<uint64_t>()));
    const std::string why = text_of(part(answer, "suppressed"));
    console.out.write(fmt::format("heard, and not answered{}\n", why.empty() ? "" : ": " + why));
  }

  std::string event_, component_;
  std::vector<std::string> values_;
  bool as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_send() {
  return std::make_unique<Send>();
}

}  // namespace attune::cli
