// SPDX-License-Identifier: Apache-2.0
// Matrices as XML, one <period> each, as the study's collector gives them; docs/traffic.xsd describes it.
// Behind the queries. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/traffic/export_text.h"

namespace attune::traffic {

// A whole document. Parties and messages in the matrix's order.
std::string export_xml(const std::vector<PeriodMatrix>& periods);

}  // namespace attune::traffic
