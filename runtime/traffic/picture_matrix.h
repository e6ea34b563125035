// SPDX-License-Identifier: Apache-2.0
// A matrix as a heat map in SVG: senders below each other, receivers beside each other, darker where more was
// sent, and marks where not all is known. Behind the queries. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/traffic/export_text.h"
#include "runtime/traffic/groups.h"

namespace attune::traffic {

// Of more than kMostInPicture parties the busiest are drawn. `span` says of which time it is: span_text().
std::string picture_matrix(const PeriodMatrix& period, Measure by, std::string_view span);

}  // namespace attune::traffic
