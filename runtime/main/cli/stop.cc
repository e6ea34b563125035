// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "runtime/base/unique_fd.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/run_starter.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

// From the end of the run to that of the process.
constexpr std::chrono::milliseconds kPatience = std::chrono::minutes(1);
constexpr std::chrono::milliseconds kPause{100};

class Stop final : public Command {
 public:
  void declare(Options& options) override { starter_.declare(options); }

  // Who stops it may want to start it again, so its process must be gone as well.
  ExitCode run(Console& console) override {
    const auto status = starter_.link().ask("GET", "/v1/status");
    if (!status) return starter_.link().complain(status.error(), console);
    const pid_t pid =
        starter_.link().is_remote() ? 0 : process_of(*status);  // elsewhere its number is another's
    const UniqueFd attuned(pid > 0 && pid != ::getpid() ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))
                                                        : -1);
    const ExitCode code = starter_.start("/v1/stop", {}, console);
    if (code == ExitCode::kRefused || code == ExitCode::kNoDaemon || !starter_.waits()) return code;
    if (code == ExitCode::kFailed)
      return console.fail(code,
                          "stop: the project is not stopped, and attuned goes on: see `attune status`, mend "
                          "what failed, then `attune stop` again");
    console.out.flush();
    if (starter_.link().is_remote())
      return is_silent() ? code : console.fail(ExitCode::kFailed, "stop: attuned still answers: see its log");
    return has_ended(attuned)
               ? code
               : console.fail(ExitCode::kFailed,
                              fmt::format("stop: attuned (process {}) does not end: see its log", pid));
  }

 private:
  static pid_t process_of(const std::string& status) {
    const Json answer = Json::parse(status, nullptr, false);
    const Json& process = part(answer, "process");
    return process.is_number_integer() ? process.get<pid_t>() : 0;
  }
  // Whether nobody answers at the door any more, or somebody else's manager does.
  bool is_silent() {
    const auto limit = std::chrono::steady_clock::now() + kPatience;
    while (std::chrono::steady_clock::now() < limit) {
      const auto status = starter_.link().ask("GET", "/v1/status");
      if (!status) return status.error().code == ErrorCode::kUnreachable;
      const Json answer = Json::parse(*status, nullptr, false);
      if (text_of(part(answer, "state")) != "stopping") return true;  // the next one
      std::this_thread::sleep_for(kPause);
    }
    return false;
  }
  // True also where it cannot be seen from here.
  static bool has_ended(const UniqueFd& process) {
    if (process.get() < 0) return true;
    pollfd end{process.get(), POLLIN, 0};
    int ready = 0;
    while ((ready = ::poll(&end, 1, static_cast<int>(kPatience.count()))) < 0 && errno == EINTR) continue;
    return ready != 0;
  }

  RunStarter starter_;
};

}  // namespace

std::unique_ptr<Command> make_stop() {
  return std::make_unique<Stop>();
}

}  // namespace attune::cli
