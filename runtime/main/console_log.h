// SPDX-License-Identifier: Apache-2.0
// ConsoleLog: the daemon's log on standard error: with the time and in colours on a terminal, in journald
// with fields where that takes it, plain elsewhere. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/main/journald.h"

namespace attune::main {

// "debug", "info", "warning", "error"; kInvalid names these.
Result<LogLevel> parse_log_level(std::string_view text);

class ConsoleLog final : public Log {
 public:
  // `project`: for the field of that name.
  explicit ConsoleLog(LogLevel least, std::string project = {});
  ~ConsoleLog() override;

  void write(LogLevel level, std::string_view line) override { write(level, line, {}); }
  void write(LogLevel level, std::string_view line, const LogFields& fields);
  bool shows(LogLevel level) const { return level >= least_; }

  static bool is_terminal();
  // Puts text on the terminal as it is. A line that it leaves without an end stays below what is logged.
  void draw(std::string_view text);

 private:
  class Sink;
  LogLevel least_;
  std::unique_ptr<Sink> sink_;
};

}  // namespace attune::main
