// SPDX-License-Identifier: Apache-2.0
// Matrices as CSV (RFC 4180 with a line feed at each end), a line for each pair and period. Behind the
// queries. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/traffic/export_text.h"

namespace attune::traffic {

// Columns start,seconds,from,to,messages,bytes,received; the last says how much is known of what reached
// `to`. A machine that nothing reached, and of which that is not all, has a line without a sender.
std::string export_csv(const std::vector<PeriodMatrix>& periods);

}  // namespace attune::traffic
