// SPDX-License-Identifier: Apache-2.0
// replay: what a project's diagrams would have done about what happened once.
#include "runtime/main/replay/replay.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/source.h"
#include "runtime/base/log.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/findings.h"
#include "runtime/main/cli/loaded_folder.h"
#include "runtime/main/replay/replay_report.h"
#include "runtime/main/replay/time_line.h"

namespace attune::cli {

namespace {

constexpr std::string_view kExpectations = ".expect";
constexpr uintmax_t kMostBytes = uintmax_t{1} << 30;

class ReplayCommand final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("DIR", path_, "the project's folder");
    options.argument(
        "TRACE", trace_path_,
        "what happened: of `attune record` or `attune export`, or a table, .csv; what must come of it in "
        "TRACE.expect");
    options.option("--against", "DIR", other_,
                   "another version of the project, on the same trace, beside it");
    options.flag("--json", as_json_, "all that came of it as JSON");
    options.option("--junit", "FILE", junit_, "write a JUnit report of the expectations");
    options.option("--svg", "FILE", svg_, "draw the time line");
  }

  ExitCode run(Console& console) override {
    Diagnostics found;
    const auto source = read(trace_path_, console, found);
    if (!source) return ExitCode::kUsage;
    const replay::Trace trace = replay::read_trace(*source, found);
    if (found.has_errors()) return complain(found, console);
    std::vector<replay::Outcome> outcomes;
    for (const std::string& path : {path_, other_}) {
      if (path.empty()) continue;
      if (const ExitCode code = play(path, trace, outcomes, console); code != ExitCode::kDone) return code;
    }
    console.out.write(as_json_ ? replay::report_json(outcomes, trace_path_) + "\n"
                               : replay::report_text(outcomes, trace_path_));
    if (!junit_.empty() && !write(junit_, replay::report_junit(outcomes, trace_path_), console))
      return ExitCode::kFailed;
    if (!svg_.empty() && !write(svg_, replay::time_line(outcomes, trace_path_), console))
      return ExitCode::kFailed;
    return replay::all_hold(outcomes) ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  // A trace of weeks is larger than any file of a project.
  static std::optional<dsl::Source> read(const std::string& path, Console& console, Diagnostics& found) {
    const auto refuse = [&](std::string_view why) {
      console.fail(ExitCode::kUsage, fmt::format("cannot read '{}': {}", printable(path), why));
      return std::nullopt;
    };
    std::error_code failure;
    const bool is_file = std::filesystem::is_regular_file(path, failure);
    if (failure) return refuse(failure.message());
    if (!is_file) return refuse("it is no file");  // one would wait for who writes a pipe
    const uintmax_t bytes = std::filesystem::file_size(path, failure);
    if (failure) return refuse(failure.message());
    if (bytes > kMostBytes) return refuse("it has more than 1 GiB");
    std::ifstream file(path, std::ios::binary);
    if (!file) return refuse(std::strerror(errno));
    std::string text(bytes, '\0');
    file.read(text.data(), static_cast<std::streamsize>(bytes));
    text.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    return dsl::make_source(path, std::move(text), found);
  }

  static ExitCode complain(Diagnostics& found, Console& console) {
    found.sort();
    write_findings(found, console.err);
    return ExitCode::kFailed;
  }

  ExitCode play(const std::string& path, const replay::Trace& trace, std::vector<replay::Outcome>& outcomes,
                Console& console) const {
    auto folder = load_folder(path, console);
    if (!folder) return ExitCode::kUsage;
    std::vector<replay::Expectation> expected;
    const std::string beside = trace_path_ + std::string(kExpectations);
    std::error_code failure;
    const bool has_expectations = std::filesystem::exists(beside, failure);
    if (failure)
      return console.fail(ExitCode::kUsage,
                          fmt::format("cannot read '{}': {}", printable(beside), failure.message()));
    if (!folder->found.has_errors() && has_expectations) {
      const auto source = read(beside, console, folder->found);
      if (!source) return ExitCode::kUsage;
      expected = replay::read_expectations(*source, folder->loaded.project, folder->found);
    }
    if (folder->found.has_errors()) return complain(folder->found, console);
    replay::Judge judge(std::move(expected));
    replay::Replay replay(std::move(folder->loaded.project), trace);
    auto played =
        replay.run(folder->loaded.instances,
                   {[&](const system::System& system, workflow::Now now) { judge.look(system, now); },
                    [&](const workflow::Event& event, WallTime at) { judge.hear(event, at); }});
    if (!played)
      return console.fail(ExitCode::kFailed, fmt::format("{}: {}", printable(path), played.error().message));
    auto verdicts = judge.verdicts(*played, replay.system());
    outcomes.push_back({path, std::move(*played), std::move(verdicts)});
    return ExitCode::kDone;
  }

  static bool write(const std::string& path, const std::string& text, Console& console) {
    std::ofstream file(path, std::ios::binary);
    file << text << std::flush;
    if (!file) console.fail(ExitCode::kFailed, fmt::format("cannot write '{}'", printable(path)));
    return static_cast<bool>(file);
  }

  std::string path_, trace_path_, other_, junit_, svg_;
  bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_replay() {
  return std::make_unique<ReplayCommand>();
}

}  // namespace attune::cli
