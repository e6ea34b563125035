// SPDX-License-Identifier: Apache-2.0
// attuned: the manager as a program.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
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

// Tells what is wrong; nothing where it cannot be run.
std::optional<dsl::LoadedProject> load(const main::AttunedOptions& options, const std::string& stock) {
  Diagnostics found;
  dsl::LoadedProject loaded =
      dsl::load_project(options.directory, wrappers::catalog(), stock, found, wrappers::file_rules());
  for (const Diagnostic& one : found.all()) fmt::print(stderr, "{}", to_text(one));
  if (found.has_errors()) return std::nullopt;
  if (!options.project.empty()) loaded.project.name = options.project;
  return loaded;
}

// The same folder for who is told of it, wherever that runs.
std::string absolute(const std::string& folder) {
  return folder.empty() ? folder : std::filesystem::absolute(folder).lexically_normal().string();
}

std::string name_of_signal(int number) {
  return number == SIGTERM ? "SIGTERM" : number == SIGINT ? "SIGINT" : "SIGHUP";
}

// The first signal ends it in order, the second at once.
auto end_by_signals(const main::SignalWatch& signals, ports::Loop& loop, main::Manager& manager,
                    main::ConsoleLog& log) {
  return signals.listen(loop, [&manager, &log, asked = false](int number) mutable {
    if (asked) {
      log.warning("ended at once: the next start finds out what became of what was under way");
      std::_Exit(kFailed);
    }
    asked = true;
    manager.end(name_of_signal(number));
  });
}

int run(dsl::LoadedProject loaded, main::Places places, std::string stock, LogLevel level,
        const main::SignalWatch& signals) {
  main::AsioLoop loop;
  const SystemClock clock;
  main::ConsoleLog log(level);
  auto opened =
      main::Manager::open(std::move(loaded), {loop, clock, log, std::move(places), std::move(stock)});
  if (!opened) return complain(opened.error());
  main::Manager& manager = **opened;
  const auto watch = end_by_signals(signals, loop, manager, log);
  main::Manager::End end;
  manager.live([&](main::Manager::End how) {
    end = std::move(how);
    loop.stop();
  });
  loop.run();
  if (end.failure) (void)complain(*end.failure);
  const int code = end.failure || !end.is_clean ? kFailed : 0;
  if (!end.is_clean) std::_Exit(code);
  return code;
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
  auto loaded = load(options, *stock);
  if (!loaded)
    return complain({ErrorCode::kInvalid, options.directory + " has errors: mend them, then start again"});
  const auto level = main::parse_log_level(options.log_level.empty()
                                               ? model::setting_as<std::string>(loaded->project, "log.level")
                                               : options.log_level);
  if (!level) return complain(level.error(), options.log_level.empty() ? kFailed : kWrongUse);
  auto places =
      main::places_of(loaded->project.name, absolute(options.run_base), absolute(options.state_base));
  if (!places) return complain(places.error());
  return run(std::move(*loaded), std::move(*places), *stock, *level, signals);
}
