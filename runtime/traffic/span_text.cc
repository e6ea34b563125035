// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/span_text.h"

#include <fmt/format.h>

#include "runtime/traffic/export_text.h"

namespace attune::traffic {

std::string span_text(const Period& period) {
  return fmt::format("{} s from {}", period.seconds, time_text(period.start));
}

std::string span_text(const Answer& answer) {
  if (answer.form == Form::kSingle || answer.count == 1) return span_text(answer.last);
  return fmt::format("{} of {} periods of {} s from {} to {}",
                     answer.form == Form::kMean ? "mean" : "weighted mean", answer.count,
                     answer.first.seconds, time_text(answer.first.start), time_text(answer.last.end()));
}

}  // namespace attune::traffic
