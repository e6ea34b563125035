// SPDX-License-Identifier: Apache-2.0
// The wall's time as it is written down: UTC, to the microsecond, in a form that sorts. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"

namespace attune {

// "2026-05-04T12:00:31.000042Z"; years 0 to 9999.
std::string to_text(WallTime time);
// The same back; kCorrupt for anything else.
Result<WallTime> parse_wall_time(std::string_view text);

}  // namespace attune
