// SPDX-License-Identifier: Apache-2.0
// Alerts: hands each alert to the program that the project's settings name, with its text and the component
// as arguments. Loop thread only.
#pragma once

#include <stop_token>
#include <string>

#include "runtime/base/log.h"
#include "runtime/ports/shell.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class Alerts {
 public:
  // An empty program: the log and the journal are all. Shell and log must outlive it.
  Alerts(std::string program, ports::Shell& shell, Log& log)
      : program_(std::move(program)), shell_(shell), log_(log) {}

  void look(const workflow::Record& record);

 private:
  std::string program_;
  ports::Shell& shell_;
  Log& log_;
};

}  // namespace attune::main
