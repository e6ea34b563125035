// SPDX-License-Identifier: Apache-2.0
// Log: where a part of the program says what it does, passed in by main. Any thread may write.
// Keys and passphrases never reach it; attributes and arguments of calls do (docs/operation.md).
#pragma once

#include <string>
#include <string_view>

namespace attune {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

class Log {
 public:
  virtual ~Log() = default;
  // One line, without its end. Control characters in it are shown escaped, so that nothing from outside can
  // speak to the terminal.
  virtual void write(LogLevel level, std::string_view line) = 0;

  void debug(std::string_view line) { write(LogLevel::kDebug, line); }
  void info(std::string_view line) { write(LogLevel::kInfo, line); }
  void warning(std::string_view line) { write(LogLevel::kWarning, line); }
  void error(std::string_view line) { write(LogLevel::kError, line); }
};

// Writes nothing: for tests and for one-shot commands.
class SilentLog final : public Log {
 public:
  void write(LogLevel, std::string_view) override {}
};

// `text` with control characters (C0, DEL, C1, reordering ones) and invalid UTF-8 replaced by \xNN.
std::string printable(std::string_view text);

}  // namespace attune
