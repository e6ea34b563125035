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

// "malformed 2, too-long 1": what is not zero.
std::string counts_text(const Json& counts) {
  std::string text;
  for (const auto& [name, count] : counts.items())
    if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", printable(name), text_of(count));
  return text;
}

void write_figures(const Json& figures, Output& out) {
  out.write(fmt::format("accepted {}, suppressed {}; {} of {} wait in the queue\n",
                        text_of(part(figures, "accepted")), text_of(part(figures, "suppressed")),
                        text_of(part(figures, "queued")), text_of(part(figures, "capacity"))));
  if (const std::string names = counts_text(part(figures, "by_name")); !names.empty())
    out.write(fmt::format("by name: {}\n", names));
  if (const std::string kinds = counts_text(part(figures, "rejected")); !kinds.empty())
    out.write(fmt::format("{} {}\n", out.painted(Paint::kWarning, "rejected:"), kinds));
}

void write_recent(const Json& recent, Output& out) {
  Table table({"AT", "EVENT", "COMPONENT", "FROM", "VALUES"});
  for (const Json& event : recent) {
    std::string values;
    for (const auto& [name, value] : part(event, "values").items())
      values += fmt::format("{}{}={}", values.empty() ? "" : " ", printable(name), text_of(value));
    const std::string why = text_of(part(event, "suppressed"));
    if (!why.empty()) values += fmt::format("{}(not answered: {})", values.empty() ? "" : " ", why);
    table.add({local_time(part(event, "at")), text_of(part(event, "name")),
               text_or_dash(part(event, "component")), text_of(part(event, "source")),
               Cell(std::move(values), why.empty() ? Paint::kNone : Paint::kFaint)});
  }
  if (table.is_empty()) return;
  out.write("\n");
  table.write(out);
}

class Events final : public Command {
 public:
  void declare(Options& options) override {
    options.flag("--json", as_json_, "the answer as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const auto body = link_.ask("GET", "/v1/events");
    if (!body) return link_.complain(body.error(), console);
    if (as_json_) {
      console.write_json(*body);
      return ExitCode::kDone;
    }
    const Json figures = Json::parse(*body, nullptr, false);
    write_figures(figures, console.out);
    write_recent(part(figures, "recent"), console.out);
    return ExitCode::kDone;
  }

 private:
  bool as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_events() {
  return std::make_unique<Events>();
}

}  // namespace attune::cli
