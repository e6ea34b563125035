// SPDX-License-Identifier: Apache-2.0
// SmallPatient: a service in memory, with start, stop and status, whose stubs have the faults that a test
// gives them. A whole small world for the kit: processes, a port, files.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "runtime/main/torture/kit.h"

namespace attune::torture {

struct Faults {
  bool start_fails = false;
  bool start_doubles = false;
  bool second_start_fails = false;
  bool killed_start_locks = false;  // the next one waits for ever
  bool stop_leaves_child = false;
  bool second_stop_fails = false;
  bool stop_leaves_file = false;  // of another name each time, once it was stopped in the middle
  bool status_writes = false;
  bool status_always_works = false;
  bool is_slow_to_settle = false;  // what helps at its first start has ended only a moment after it
  bool listens_late = false;       // on its port, not yet when its start has ended
  bool stop_leaves_port = false;   // with the second one
  bool is_unseen = false;          // its processes bear no mark
  bool harm_misses = false;
  bool cannot_be_cut = false;
  size_t calls_until_gone = 1000;  // its host does not answer any more then
};

class SmallPatient final : public Patient {
 public:
  explicit SmallPatient(Faults faults) : faults_(faults) {}

  Task<Result<Called>> call(std::string stub, Harm harm, int times) override {
    if (calls.size() == faults_.calls_until_gone)
      co_return fail(ErrorCode::kUnreachable, "it does not answer");
    calls.push_back(stub);
    Called called;
    called.took = std::chrono::milliseconds(100);
    if (harm.kind == Harm::Kind::kCut && faults_.cannot_be_cut) called.why_not = "nobody has called it";
    called.was_hurt = harm.kind != Harm::Kind::kNone && !faults_.harm_misses && called.why_not.empty();
    for (int i = 0; i < times; ++i)
      called.ends.push_back(called.was_hurt   ? hurt(stub, harm.kind)
                            : stub == "start" ? start()
                            : stub == "stop"  ? stop()
                                              : status());
    co_return called;
  }
  Task<Result<Sight>> look() override {
    Sight sight;
    for (const int pid : pids_)
      if (!faults_.is_unseen) sight.processes.push_back({pid, 1, pid, "server"});
    if (faults_.is_slow_to_settle && starts_ == 1 && looks_since_start_++ < 1)
      sight.processes.push_back({9, 1, 9, "helper"});
    sight.ports = {22};
    if (!pids_.empty() && !(faults_.listens_late && starts_ < 2)) sight.ports.insert(80);
    if (pids_.empty() && faults_.stop_leaves_port && stops_ > kStopsThatEndAll) sight.ports.insert(80);
    sight.files = files_;
    co_return sight;
  }
  Task<Result<int>> kill_processes() override {
    pids_.clear();
    co_return 0;
  }
  Task<Result<int>> renew() override {
    ++renewals;
    pids_.clear();
    files_ = {"control"};
    is_locked_ = false;
    co_return 0;
  }
  Task<int> pause(Duration) override { co_return 0; }

  std::vector<std::string> calls;
  int renewals = 0;

 private:
  static CallEnd failed(std::string why) { return {CallEnd::Kind::kFailed, std::move(why)}; }

  CallEnd start() {
    if (faults_.start_fails) return failed("exited with 1: no program");
    if (is_locked_) return {CallEnd::Kind::kTimedOut, "it had not ended after 60s"};
    files_.insert("log");
    ++starts_;
    looks_since_start_ = 0;
    if (!pids_.empty() && faults_.second_start_fails) return failed("exited with 1: it runs");
    if (pids_.empty() || faults_.start_doubles) pids_.push_back(next_pid_++);
    return {};
  }
  CallEnd stop() {
    if (pids_.empty() && faults_.second_stop_fails) return failed("exited with 1: no pid");
    pids_.clear();
    ++stops_;
    if (faults_.stop_leaves_child) pids_ = {next_pid_++};
    return {};
  }
  CallEnd status() {
    if (faults_.status_writes) files_.insert("status." + std::to_string(next_pid_++));
    const bool works = !pids_.empty() || faults_.status_always_works;
    return works ? CallEnd() : failed("exited with 3");
  }
  CallEnd hurt(const std::string& stub, Harm::Kind kind) {
    if (stub == "start") is_locked_ = faults_.killed_start_locks;
    if (stub == "stop" && faults_.stop_leaves_file) files_.insert("stop.lock");
    return kind == Harm::Kind::kStop ? CallEnd{CallEnd::Kind::kTimedOut, "it had not ended after 3s"}
                                     : failed("exited with 137");
  }

  static constexpr int kStopsThatEndAll = 8;
  const Faults faults_;
  int starts_ = 0, stops_ = 0, looks_since_start_ = 0;
  std::vector<int> pids_;
  std::set<std::string> files_;
  int next_pid_ = 100;
  bool is_locked_ = false;
};

}  // namespace attune::torture
