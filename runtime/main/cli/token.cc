// SPDX-License-Identifier: Apache-2.0
// token: makes one, and the line that lets it in. Neither is kept anywhere: who asked for them puts them
// where they belong.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/control/tokens.h"
#include "runtime/main/cli/commands.h"

namespace attune::cli {

namespace {

class Token final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("ROLE", role_, "what who has it may do: look, operate or administer");
    options.argument("NAME", name_, "whose it is, as the journal is to name them");
    options.flag("--json", as_json_, "both as JSON");
  }

  ExitCode run(Console& console) override {
    const auto role = control::role_named(role_);
    if (!role)
      return console.fail(ExitCode::kUsage,
                          fmt::format("token: '{}' is no role: look, operate or administer", role_));
    if (!control::is_token_name(name_))
      return console.fail(
          ExitCode::kUsage,
          fmt::format("token: '{}' cannot be a name: up to 64 letters, digits, '.', '_' and '-'", name_));
    const auto made = control::make_token(*role, name_);
    if (!made) return console.fail(ExitCode::kFailed, made.error().message);
    if (as_json_)
      console.write_json(nlohmann::ordered_json{{"token", made->token}, {"line", made->line}}.dump());
    else
      console.out.write(
          fmt::format("The token, for {} alone; it is not shown again:\n{}\n\n"
                      "The line for the file that control.tokens names:\n{}\n",
                      name_, made->token, made->line));
    return ExitCode::kDone;
  }

 private:
  std::string role_, name_;
  bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_token() {
  return std::make_unique<Token>();
}

}  // namespace attune::cli
