// SPDX-License-Identifier: Apache-2.0
// HandShell: hosts whose commands end when the test says so. For tests of what runs commands and waits.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"

namespace attune::wrappers {

class HandShell final : public ports::Shell {
 public:
  using End = Result<ports::CommandEnd>;

  explicit HandShell(ports::Loop& loop) : loop_(loop) {}

  struct Run {
    ports::HostTarget host;
    ports::Command command;
    std::function<void(End)> end;  // null once it has ended
    bool is_open() const { return end != nullptr; }
  };
  // All that was asked of the hosts, in order.
  std::deque<Run> runs;

  std::map<std::string, std::function<void(ports::HostHealth)>> watched;  // by host name

  size_t open() const {
    size_t count = 0;
    for (const Run& run : runs) count += run.is_open() ? 1 : 0;
    return count;
  }
  void end(size_t run, End how) {
    if (runs[run].end) std::exchange(runs[run].end, nullptr)(std::move(how));
  }
  void end(size_t run, int code, std::string error_output = {}) {
    end(run, ports::CommandEnd(ports::Exited{code, {}, std::move(error_output)}));
  }

  Task<End> run(ports::HostTarget host, ports::Command command, std::stop_token stop) override {
    const size_t number = runs.size();
    runs.push_back({std::move(host), std::move(command), {}});
    std::optional<std::stop_callback<std::function<void()>>> stopped;
    co_return co_await Awaitable<End>([&](std::function<void(End)> done) {
      runs[number].end = std::move(done);
      stopped.emplace(stop, std::function<void()>([this, number] {
                        loop_.post([this, number] { end(number, ports::CommandEnd(ports::Cancelled{})); });
                      }));
    });
  }
  void watch(ports::HostTarget host, Duration, std::function<void(ports::HostHealth)> changed) override {
    watched[host.name] = std::move(changed);
  }
  void unwatch(const std::string& host_name) override { watched.erase(host_name); }

 private:
  ports::Loop& loop_;
};

}  // namespace attune::wrappers
