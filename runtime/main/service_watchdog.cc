// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/service_watchdog.h"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include <unistd.h>

#include "runtime/main/service_notice.h"

namespace attune::main {

namespace {

std::optional<int64_t> number_in(const char* variable) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  int64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// Half of what systemd waits for, as it advises.
Duration period_asked_for() {
  const auto process = number_in("WATCHDOG_PID");
  const auto limit = number_in("WATCHDOG_USEC");
  const bool is_meant = limit && *limit > 0 && (!process || *process == ::getpid());
  return is_meant ? Duration(std::chrono::microseconds(*limit)) / 2 : Duration::zero();
}

}  // namespace

ServiceWatchdog::ServiceWatchdog(ports::Loop& loop) : loop_(loop), period_(period_asked_for()) {
  if (period_ > Duration::zero()) beat();
}

void ServiceWatchdog::beat() {
  notify_service("WATCHDOG=1");
  next_ = loop_.after(period_, [this] { beat(); });
}

}  // namespace attune::main
