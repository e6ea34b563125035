// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

class Tree final : public Command {
 public:
  void declare(Options& options) override {
    options.flag("--json", as_json_, "the answer as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const auto body = link_.ask("GET", "/v1/tree");
    if (!body) return link_.complain(body.error(), console);
    if (as_json_) {
      console.write_json(*body);
      return ExitCode::kDone;
    }
    const Json tree = Json::parse(*body, nullptr, false);
    Table table;
    for (const Json& component : part(tree, "components")) add(component, 0, table);
    if (table.is_empty()) console.out.write("no components\n");
    table.write(console.out);
    return ExitCode::kDone;
  }

 private:
  // The component and, further in, what is in it.
  static void add(const Json& component, size_t depth, Table& table) {
    table.add({std::string(2 * depth, ' ') + text_of(part(component, "name")),
               text_of(part(component, "class")), state_cell(part(component, "state")),
               part(component, "host").is_null() ? "" : "on " + text_of(part(component, "host")),
               bindings_text(part(component, "bindings"))});
    for (const Json& content : part(component, "contents")) add(content, depth + 1, table);
  }

  bool as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_tree() {
  return std::make_unique<Tree>();
}

}  // namespace attune::cli
