// SPDX-License-Identifier: Apache-2.0
// A matrix as a graph in SVG: machines in the colours and with the numbers of their groups, lines as wide as
// what they exchange. Behind the queries and find_groups(). Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/traffic/export_text.h"
#include "runtime/traffic/groups.h"

namespace attune::traffic {

// Directions together. Of more than kMostInPicture parties the busiest are drawn. `span` says of which time
// it is: span_text().
std::string picture_graph(const PeriodMatrix& period, const Groups& groups, Measure by,
                          std::string_view span);

}  // namespace attune::traffic
