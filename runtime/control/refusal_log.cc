// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/refusal_log.h"

#include <fmt/format.h>

namespace attune::control {

void RefusalLog::add(std::string_view line, Time now) {
  if (now - since_ >= kPer) {
    since_ = now;
    told_ = 0;
  }
  if (told_ == kAtOnce) {
    ++untold_;
    return;
  }
  ++told_;
  log_.warning(untold_ == 0 ? std::string(line)
                            : fmt::format("{} (and {} more that were not told)", line, untold_));
  untold_ = 0;
}

}  // namespace attune::control
