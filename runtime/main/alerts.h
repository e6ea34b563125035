// SPDX-License-Identifier: Apache-2.0
// Alerts: hands each alert to the program that the project's settings name, with its text and the component
// as arguments. Of a storm some are told at once and some wait; the rest is counted, and the count told. Loop
// thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "runtime/base/log.h"
#include "runtime/ports/shell.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class Alerts {
 public:
  static constexpr size_t kAtOnce = 8;    // programs that run
  static constexpr size_t kWaiting = 64;  // alerts, for one of these to end

  // An empty program: the log and the journal are all. Shell and log must outlive it.
  Alerts(std::string program, ports::Shell& shell, Log& log)
      : program_(std::move(program)), shell_(shell), log_(log) {}

  void look(const workflow::Record& record);

 private:
  void tell(const workflow::Alerted& alert);
  void told(const Result<ports::CommandEnd>& end);

  std::string program_;
  ports::Shell& shell_;
  Log& log_;
  size_t running_ = 0;
  std::deque<workflow::Alerted> waiting_;
  uint64_t untold_ = 0;  // found no place to wait
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
