// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

// From the end of the one manager until the next has adopted what runs.
constexpr std::chrono::seconds kPatience = std::chrono::minutes(2);
constexpr std::chrono::milliseconds kPause{200};
constexpr std::string_view kPath = "/v1/reload", kDryRun = R"({"dry_run": true})";

class Reload final : public Command {
 public:
  void declare(Options& options) override {
    options.flag("-y,--yes", yes_, "does not ask");
    options.flag("-n,--dry-run", dry_run_, "only shows what would change");
    options.flag("-w,--wait", wait_, "waits for the end of runs that go on, instead of giving up");
    options.flag("--json", json_, "as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    const auto answer = ask(kDryRun);
    if (!answer) return link_.complain(answer.error(), console);
    const std::string obstacle = text(*answer, "obstacle");
    const bool is_same = (*answer)["differences"].empty() && obstacle.empty();
    if (dry_run_ || is_same || !json_) show(*answer, console);
    if (!obstacle.empty() && (dry_run_ || !wait_))  // with --wait only attuned knows what that helps against
      return console.fail(ExitCode::kRefused, "reload: " + obstacle);
    if (dry_run_ || is_same) return ExitCode::kDone;
    if (!yes_ && !json_ && !agrees(console)) return console.fail(ExitCode::kRefused, "reload: not reloaded");
    const auto begun = ask(wait_ ? R"({"wait": true})" : "{}");
    if (!begun) return link_.complain(begun.error(), console);
    if (json_) console.write_json(begun->dump() + "\n");
    return await_next(console);
  }

 private:
  Result<Json> ask(std::string_view body) {
    const auto answer = link_.ask("POST", kPath, body);
    if (!answer) return fail(answer.error());
    Json json = Json::parse(*answer, nullptr, false);
    if (!json.is_object() || !json.contains("differences"))
      return fail(ErrorCode::kCorrupt, "attuned gave an answer that is none");
    return json;
  }
  static std::string text(const Json& answer, std::string_view name) {
    const auto found = answer.find(name);
    return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
  }

  void show(const Json& answer, Console& console) const {
    if (json_) return console.write_json(answer.dump() + "\n");
    for (const Json& finding : part(answer, "findings")) write_lines(text(finding, "text"), console.err);
    if (part(answer, "differences").empty() && text(answer, "obstacle").empty())
      console.out.write("nothing has changed\n");
    for (const Json& one : part(answer, "differences")) {
      const std::string how = text(one, "change");
      const Paint paint = how == "added" ? Paint::kGood : how == "removed" ? Paint::kBad : Paint::kWarning;
      console.out.write(fmt::format("{} {}\n",
                                    console.out.painted(paint, how == "added"     ? "+"
                                                               : how == "removed" ? "-"
                                                                                  : "~"),
                                    printable(text(one, "text"))));
    }
  }

  // Of several lines, with what it quotes of a file.
  static void write_lines(std::string_view lines, Output& out) {
    while (!lines.empty()) {
      const std::string_view line = lines.substr(0, lines.find('\n'));
      out.write(printable(line) + "\n");
      lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    }
  }

  static bool agrees(Console& console) {
    console.out.write("reload? [y/N] ");
    console.out.flush();
    std::string line;
    if (!std::getline(std::cin, line)) return false;
    return line == "y" || line == "Y" || line == "yes";
  }

  // The next manager is there when it has something to say of the folder, and holds when that is that nothing
  // has changed since.
  ExitCode await_next(Console& console) {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < limit) {
      std::this_thread::sleep_for(kPause);
      const auto answer = ask(kDryRun);
      if (!answer) continue;
      if (!(*answer)["differences"].empty()) return console.fail(ExitCode::kFailed, before_goes_on(*answer));
      if (!json_) console.out.write("reloaded\n");
      return ExitCode::kDone;
    }
    return console.fail(ExitCode::kFailed, "reload: attuned does not come back: see its log");
  }

  static std::string before_goes_on(const Json& answer) {
    const std::string why = text(answer, "not_run");
    return "reload: the project as it was before goes on: " + (why.empty() ? "see attuned's log" : why);
  }

  bool yes_ = false, dry_run_ = false, wait_ = false, json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_reload() {
  return std::make_unique<Reload>();
}

}  // namespace attune::cli
