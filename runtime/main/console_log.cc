// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/console_log.h"

#include <cstdlib>
#include <mutex>
#include <string>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <unistd.h>

namespace attune::main {

namespace {

spdlog::level::level_enum spd_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// sd-daemon(3): "<4>" in front of a line is its priority.
std::string_view priority_mark(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "<7>";
    case LogLevel::kInfo:
      return "<6>";
    case LogLevel::kWarning:
      return "<4>";
    case LogLevel::kError:
      return "<3>";
  }
  return "<6>";
}

}  // namespace

namespace {
constexpr std::string_view kWipeLine = "\r\x1b[K";
}

class ConsoleLog::Sink {
 public:
  Sink() : logger_("attuned", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>()) {
    logger_.set_level(spdlog::level::debug);
    logger_.flush_on(spdlog::level::debug);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here sets it
    to_journal_ = std::getenv("JOURNAL_STREAM") != nullptr && !is_terminal();
    logger_.set_pattern(to_journal_ ? "%v" : "%H:%M:%S.%e %^%-7l%$ %v");
  }

  void write(LogLevel level, std::string_view line) {
    const std::string text = printable(line);
    const std::lock_guard lock(mutex_);
    if (!standing_.empty()) put(kWipeLine);
    if (to_journal_)
      logger_.log(spd_level(level), "{}{}", priority_mark(level), text);
    else
      logger_.log(spd_level(level), spdlog::string_view_t(text.data(), text.size()));
    put(standing_);
  }

  void draw(std::string_view text) {
    const std::lock_guard lock(mutex_);
    put(text);
    const size_t end = text.rfind('\n');
    standing_ = text.substr(end == text.npos ? 0 : end + 1);
  }

 private:
  static void put(std::string_view text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

  spdlog::logger logger_;
  bool to_journal_ = false;
  std::mutex mutex_;
  std::string standing_;  // under mutex_; begins with kWipeLine
};

bool ConsoleLog::is_terminal() {
  return ::isatty(STDERR_FILENO) != 0;
}

void ConsoleLog::draw(std::string_view text) {
  sink_->draw(text);
}

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is no log level: debug, info, warning or error", text));
}

ConsoleLog::ConsoleLog(LogLevel least) : least_(least), sink_(std::make_unique<Sink>()) {}
ConsoleLog::~ConsoleLog() = default;

void ConsoleLog::write(LogLevel level, std::string_view line) {
  if (shows(level)) sink_->write(level, line);
}

}  // namespace attune::main
