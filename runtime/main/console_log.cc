// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/console_log.h"

#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

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

// syslog(3)'s.
std::string_view priority(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "7";
    case LogLevel::kInfo:
      return "6";
    case LogLevel::kWarning:
      return "4";
    case LogLevel::kError:
      return "3";
  }
  return "6";
}

}  // namespace

namespace {
constexpr std::string_view kWipeLine = "\r\x1b[K";
}

class ConsoleLog::Sink {
 public:
  explicit Sink(std::string project)
      : project_(std::move(project)),
        logger_("attuned", std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>()) {
    logger_.set_level(spdlog::level::debug);
    logger_.flush_on(spdlog::level::debug);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here sets it
    const char* const stream = std::getenv("JOURNAL_STREAM");
    journald_ = Journald::find(STDERR_FILENO, stream);
    to_journal_ = stream != nullptr && !is_terminal();
    logger_.set_pattern(to_journal_ ? "%v" : "%H:%M:%S.%e %^%-7l%$ %v");
  }

  void write(LogLevel level, std::string_view line, const LogFields& fields) {
    const std::string text = printable(line);
    if (journald_ && send(level, text, fields)) return;
    const std::lock_guard lock(mutex_);
    if (!standing_.empty()) put(kWipeLine);
    if (to_journal_)
      logger_.log(spd_level(level), "<{}>{}", priority(level), text);  // sd-daemon(3)
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
  bool send(LogLevel level, std::string_view text, const LogFields& fields) const {
    return journald_->send({{"MESSAGE", text},
                            {"PRIORITY", priority(level)},
                            {"SYSLOG_IDENTIFIER", "attuned"},
                            {"ATTUNE_PROJECT", project_},
                            {"ATTUNE_RUN", fields.run},
                            {"ATTUNE_COMPONENT", fields.component},
                            {"ATTUNE_HOST", fields.host},
                            {"ATTUNE_EVENT", fields.event}});
  }
  static void put(std::string_view text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

  const std::string project_;
  spdlog::logger logger_;
  std::optional<Journald> journald_;
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

ConsoleLog::ConsoleLog(LogLevel least, std::string project)
    : least_(least), sink_(std::make_unique<Sink>(std::move(project))) {}
ConsoleLog::~ConsoleLog() = default;

void ConsoleLog::write(LogLevel level, std::string_view line, const LogFields& fields) {
  if (shows(level)) sink_->write(level, line, fields);
}

}  // namespace attune::main
