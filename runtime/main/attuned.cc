// SPDX-License-Identifier: Apache-2.0
// attuned: the manager as a program.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <sys/resource.h>

#include "dsl/project_loader.h"
#include "runtime/main/asio_loop.h"
#include "runtime/main/attuned_options.h"
#include "runtime/main/console_log.h"
#include "runtime/main/manager.h"
#include "runtime/main/places.h"
#include "runtime/main/signal_watch.h"
#include "runtime/model/settings.h"
#include "wrappers/catalog.h"

namespace {

using namespace attune;

constexpr int kFailed = 1, kWrongUse = 2;

int complain(const Error& error, int code = kFailed) {
  fmt::print(stderr, "attuned: {}\n", printable(error.message));
  return code;
}

// Hosts, calls and probes each take descriptors.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// How the project is read: the first time, and when it is read anew.
using Load = std::function<dsl::LoadedProject(Diagnostics& found)>;

Load loader(const main::AttunedOptions& options, const std::string& stock) {
  return [options, stock](Diagnostics& found) {
    dsl::LoadedProject loaded =
        dsl::load_project(options.directory, wrappers::catalog(), stock, found, wrappers::file_rules());
    if (!options.project.empty()) loaded.project.name = options.project;
    return loaded;
  };
}

// Tells what is wrong; nothing where it cannot be run.
std::optional<dsl::LoadedProject> load(const Load& read) {
  Diagnostics found;
  dsl::LoadedProject loaded = read(found);
  for (const Diagnostic& one : found.all()) fmt::print(stderr, "{}", to_text(one));
  if (found.has_errors()) return std::nullopt;
  return loaded;
}

// The same folder for who is told of it, wherever that runs.
std::string absolute(const std::string& folder) {
  return folder.empty() ? folder : std::filesystem::absolute(folder).lexically_normal().string();
}

// SIGHUP has the project read anew, unless it says that the terminal is gone. Of the others the first ends it
// in order, the second at once.
auto obey_signals(const main::SignalWatch& signals, ports::Loop& loop, main::Manager& manager,
                  main::ConsoleLog& log) {
  return signals.listen(
      loop, [&manager, &log, asked = false](const main::SignalWatch::Signal& signal) mutable {
        if (signal.number == SIGHUP && !main::ConsoleLog::is_terminal()) return manager.reload(signal.by);
        if (asked) {
          log.warning("ended at once: the next start finds out what became of what was under way");
          std::_Exit(kFailed);
        }
        asked = true;
        manager.end(signal.by);
      });
}

// What does not change while the process lives.
struct Stand {
  const main::SignalWatch& signals;
  main::Places places;
  std::string stock;
  std::string log_level;  // in place of the project's
  Load load;
};

// A manager ended for good, with the exit code, or for the next one.
using Outcome = std::variant<int, main::Manager::Next>;

// One manager's life, on a loop of its own, so that nothing of it is left for the next but what that goes on
// with. An Error: it could not begin, and has left the components as they were.
Result<Outcome> live(dsl::LoadedProject loaded, LogLevel level, const Stand& stand, main::LeftOpen& left) {
  main::AsioLoop loop;
  const SystemClock clock;
  main::ConsoleLog log(level, loaded.project.name);
  auto opened =
      main::Manager::open(std::move(loaded), {loop, clock, log, stand.places, stand.stock, stand.load}, left);
  if (!opened) return fail(std::move(opened.error()));
  main::Manager& manager = **opened;
  const auto watch = obey_signals(stand.signals, loop, manager, log);
  main::Manager::End end;
  manager.live([&](main::Manager::End how) {
    end = std::move(how);
    loop.stop();
  });
  loop.run();
  if (end.failure && end.is_clean && !end.has_begun) return fail(std::move(*end.failure));
  if (end.failure) (void)complain(*end.failure);
  const int code = end.failure || !end.is_clean ? kFailed : 0;
  if (!end.is_clean) std::_Exit(code);
  auto next = manager.take_next();
  if (next && !end.failure) return Outcome(std::move(*next));
  return Outcome(code);
}

Result<LogLevel> level_of(const model::Project& project, const Stand& stand) {
  return main::parse_log_level(stand.log_level.empty() ? model::setting_as<std::string>(project, "log.level")
                                                       : stand.log_level);
}

// As the managers before and after it speak, so that it stands among what they say.
void tell_of_return(const Error& error, const std::string& project) {
  main::ConsoleLog log(LogLevel::kError, project);
  log.error("the changed project is not run, the one before goes on: " + error.message);
}

// One manager after the other, until one ends for good. Where a project that was read anew cannot be run, the
// one before goes on.
int run(dsl::LoadedProject loaded, const Stand& stand) {
  std::optional<dsl::LoadedProject> before;
  main::LeftOpen left;
  for (;;) {
    const auto level = level_of(loaded.project, stand);
    auto outcome = level ? live(loaded, *level, stand, left) : Result<Outcome>(fail(level.error()));
    if (!outcome && !before) return complain(outcome.error());
    if (!outcome) {
      tell_of_return(outcome.error(), loaded.project.name);
      left.not_run = outcome.error().message;
      loaded = *std::exchange(before, std::nullopt);
      continue;  // with what was left: who has come meanwhile still waits there
    }
    left = {};
    if (const int* code = std::get_if<int>(&*outcome)) return *code;
    auto& next = std::get<main::Manager::Next>(*outcome);
    before = std::exchange(loaded, std::move(next.loaded));
    left = std::move(next.left);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const main::SignalWatch signals;  // before there is any thread
  allow_many_descriptors();
  const auto read = main::read_attuned_options(argc, argv);
  if (const int* code = std::get_if<int>(&read)) return *code;
  const auto& options = std::get<main::AttunedOptions>(read);
  const auto stock = main::stock_folder();
  if (!stock) return complain(stock.error());
  const Load read_project = loader(options, *stock);
  auto loaded = load(read_project);
  if (!loaded)
    return complain({ErrorCode::kInvalid, options.directory + " has errors: mend them, then start again"});
  auto places =
      main::places_of(loaded->project.name, absolute(options.run_base), absolute(options.state_base));
  if (!places) return complain(places.error());
  const Stand stand{signals, std::move(*places), *stock, options.log_level, read_project};
  if (const auto level = level_of(loaded->project, stand); !level)
    return complain(level.error(), options.log_level.empty() ? kFailed : kWrongUse);
  return run(std::move(*loaded), stand);
}
