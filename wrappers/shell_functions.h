// SPDX-License-Identifier: Apache-2.0
// Shell functions that the scripts of several wrappers share, in POSIX sh that busybox understands too; a
// script that wants them begins with deploy::kAliveFunctions and these. Constants; any thread.
#pragma once

#include <string_view>

namespace attune::wrappers {

// clock                       leaves in $now the tenths of a second since the host began
// ends RUN-DIRECTORY TENTHS   waits until its process is gone; false when it is not within the time. By the
//                             clock, since a turn takes as long as the host needs for it
inline constexpr std::string_view kEndFunctions = R"sh(clock() {
read -r up rest </proc/uptime
rest=${up#*.} now=$((${up%.*} * 10 + ${rest%?}))
}
ends() {
clock
end=$((now + $2))
while alive "$1"; do
[ "$now" -lt "$end" ] || return 1
sleep 0.1
clock
done
}
)sh";

}  // namespace attune::wrappers
