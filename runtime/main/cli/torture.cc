// SPDX-License-Identifier: Apache-2.0
// torture: what the stubs of a wrapper do not survive, on a real host, without a daemon.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/events/event_pipe.h"
#include "runtime/main/asio_loop.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/findings.h"
#include "runtime/main/cli/loaded_folder.h"
#include "runtime/main/deploy_limits.h"
#include "runtime/main/places.h"
#include "runtime/main/real_ports.h"
#include "runtime/main/signal_watch.h"
#include "runtime/main/torture/host_patient.h"
#include "runtime/main/torture/report.h"

namespace attune::cli {

namespace {

namespace fs = std::filesystem;

// A folder of this machine for the while, with the pipe that probes write to.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "attune-torture-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::string& path() const { return path_; }
  std::string pipe() const { return path_ + "/pipe"; }
  // Nobody else's: what is on hosts is told apart by it.
  std::string mark() const { return fmt::format("torture-{}", path_.substr(path_.size() - 6)); }

 private:
  std::string path_;
};

// The skips as they were said: "start:hung,grant".
Result<torture::Skips> read_skips(const std::string& text, const model::Wrapper& wrapper) {
  torture::Skips skips;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    const size_t colon = word.find(':');
    if (wrapper.find_stub(word.substr(0, colon)) == nullptr)
      return fail(ErrorCode::kInvalid,
                  fmt::format("--skip {}: the wrapper has no stub '{}'", text, word.substr(0, colon)));
    if (colon != word.npos && !torture::find_ordeal(word.substr(colon + 1)))
      return fail(ErrorCode::kInvalid,
                  fmt::format("--skip {}: '{}' is none of once, twice, doubled, killed, cut, hung, order",
                              text, word.substr(colon + 1)));
    skips.insert(word);
  }
  return skips;
}

class TortureCommand final : public Command {
 public:
  void declare(Options& options) override {
    options.argument("WRAPPER", wrapper_, "a wrapper's file in a project: shop/wrappers/app.xml");
    options.option("--class", "CLASS", class_, "of which class, where several use the wrapper");
    options.option("--host", "HOST", host_, "on which host of its family; the first where silent");
    options.option("--skip", "STUB[:TRIAL],...", skip_,
                   "what is not to be tried: a stub, or one trial of it, such as grant:twice");
    options.flag("--json", as_json_, "the report as JSON");
    options.option("--junit", "FILE", junit_, "write a JUnit report, a test case for each trial");
  }

  ExitCode run(Console& console) override {
    std::error_code failure;
    if (fs::is_directory(wrapper_, failure))
      return console.fail(
          ExitCode::kUsage,
          fmt::format("torture: '{}' is a folder: name a wrapper, as in {}", printable(wrapper_),
                      printable((fs::path(wrapper_) / "wrappers/app.xml").string())));
    const fs::path project = fs::absolute(wrapper_).lexically_normal().parent_path().parent_path();
    auto folder = load_folder(project.string(), console);
    if (!folder) return ExitCode::kUsage;
    if (folder->found.has_errors()) {
      write_findings(folder->found, console.err);
      return console.fail(
          ExitCode::kFailed,
          fmt::format("{}: {}: mend them first", printable(project.string()), counts_text(folder->found)));
    }
    const model::Project& of = folder->loaded.project;
    const auto class_name = torture::class_of_wrapper(of, wrapper_, class_);
    if (!class_name) return console.fail(ExitCode::kUsage, class_name.error().message);
    auto skips = read_skips(skip_, *of.wrapper_of(*of.find_class(*class_name)));
    if (!skips) return console.fail(ExitCode::kUsage, skips.error().message);
    return torture(*std::move(folder), *class_name, *std::move(skips), console);
  }

 private:
  ExitCode torture(LoadedFolder folder, const std::string& class_name, torture::Skips skips,
                   Console& console) {
    const main::SignalWatch signals;  // before there is any thread
    const Scratch scratch;
    const auto stock = main::stock_folder();
    if (!stock) return console.fail(ExitCode::kFailed, stock.error().message);
    if (scratch.path().empty()) return console.fail(ExitCode::kFailed, "cannot make a folder for the while");
    main::AsioLoop loop;
    const SystemClock clock;
    SilentLog log;
    const auto pipe = events::EventPipe::open(scratch.pipe(), {}, loop, [](std::string_view) {});
    if (!pipe) return console.fail(ExitCode::kFailed, pipe.error().message);
    main::RealPorts ports(loop, clock, log, scratch.path(), main::deploy_limits_of(folder.loaded.project));
    torture::HostPatient patient(
        std::move(folder.loaded.project), scratch.mark(),
        {loop, clock, ports.shell, ports.hypervisor, ports.deployer, *stock, scratch.pipe()});
    std::stop_source stop;
    const auto watch = signals.listen(loop, [&](const main::SignalWatch::Signal&) {
      if (stop.stop_requested()) {
        say(console, "ended at once: what was put onto the host is still there");
        std::_Exit(static_cast<int>(ExitCode::kFailed));
      }
      say(console, "broken off; what was put onto the host is taken away");
      stop.request_stop();
      patient.cancel();
    });
    std::optional<torture::Report> report;
    // On the loop, which else would be told to end before it has begun.
    loop.post([&] {
      start<torture::Report>(
          work(patient, folder.loaded.instances, class_name, std::move(skips), stop.get_token(), console),
          [&](torture::Report end) {
            report.emplace(std::move(end));
            ports.shell.close();
            ports.shell.when_idle([&] {
              ports.hypervisor.close();
              loop.stop();
            });
          });
    });
    loop.run();
    report->wrapper = wrapper_;
    report->class_name = class_name;
    return tell(*report, console);
  }

  // Whatever happens on the way, what was put there is taken away.
  Task<torture::Report> work(torture::HostPatient& patient, const model::Instances& instances,
                             std::string class_name, torture::Skips skips, std::stop_token stop,
                             Console& console) {
    torture::Report report;
    report.was_broken_off = true;
    say(console, "begins: what it needs is deployed and started");
    const auto ready = co_await patient.set_up(instances, class_name, host_);
    has_begun_ = ready && !stop.stop_requested();
    if (!ready && !stop.stop_requested()) report.why_broken_off = ready.error().message;
    if (has_begun_) {
      torture::Kit kit(
          patient, patient.stubs(), std::move(skips), [&](const torture::Trial& trial, size_t at, size_t of) {
            say(console, fmt::format("{}/{} {}: {}", at, of, trial.stub, torture::name_of(trial.ordeal)));
          });
      report = co_await kit.run(stop);
    }
    report.host = patient.host();
    const auto cleared = co_await patient.tear_down();
    // What kept it from going on keeps it from clearing up, too.
    if (!cleared && report.why_broken_off != cleared.error().message)
      console.fail(ExitCode::kFailed, cleared.error().message);
    co_return report;
  }

  // What looks at the JUnit report alone is told of whatever kept it from being a whole one.
  ExitCode tell(const torture::Report& report, Console& console) {
    ExitCode code = report.is_survived() ? ExitCode::kDone : ExitCode::kFailed;
    if (!has_begun_)
      code = console.fail(ExitCode::kFailed,
                          report.why_broken_off.empty() ? "broken off" : report.why_broken_off);
    else if (as_json_)
      console.write_json(torture::report_json(report));
    else
      console.out.write(torture::report_text(report));
    if (junit_.empty()) return code;
    std::ofstream file(junit_, std::ios::binary);
    file << torture::report_junit(report) << std::flush;
    if (!file) return console.fail(ExitCode::kFailed, fmt::format("cannot write '{}'", printable(junit_)));
    return code;
  }

  static void say(Console& console, const std::string& text) {
    console.err.write(fmt::format("attune: {}\n", printable(text)));
    console.err.flush();
  }

  std::string wrapper_, class_, host_, skip_, junit_;
  bool as_json_ = false;
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<Command> make_torture() {
  return std::make_unique<TortureCommand>();
}

}  // namespace attune::cli
