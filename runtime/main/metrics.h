// SPDX-License-Identifier: Apache-2.0
// Metrics: the manager's figures for Prometheus: what records tell is counted as they are decided, what is so
// at the moment is looked up when somebody asks. docs/metrics.md lists them. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/control/daemon.h"
#include "runtime/workflow/record.h"

namespace prometheus {
class Registry;
template <class T>
class Family;
class Counter;
class Histogram;
}  // namespace prometheus

namespace attune::main {

class Metrics {
 public:
  Metrics();
  ~Metrics();

  void look(const workflow::Record& record);

  // All of it, in Prometheus' text format 0.0.4.
  std::string page(const control::Daemon& daemon, uint64_t journal_bytes) const;

 private:
  void count(const workflow::EventAccepted& event);
  void count(const workflow::EventSuppressed& event);
  void count(const workflow::RunEnded& end, WallTime at);
  void count(const workflow::CallEnded& end);

  std::unique_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>&events_, &runs_, &calls_, &alerts_;
  prometheus::Family<prometheus::Histogram>&run_durations_, &call_durations_;

  struct OpenRun {
    std::string diagram;
    WallTime since{};
  };
  std::map<workflow::RunId, OpenRun> open_runs_;
  struct OpenCall {
    std::string key, stub;
  };
  std::map<workflow::CallId, OpenCall> open_calls_;
};

}  // namespace attune::main
