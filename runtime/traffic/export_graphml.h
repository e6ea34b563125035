// SPDX-License-Identifier: Apache-2.0
// A matrix as GraphML (http://graphml.graphdrawing.org), for yEd, Gephi, NetworkX and others. Behind the
// queries and find_groups(). Pure; any thread.
#pragma once

#include <string>

#include "runtime/traffic/export_text.h"
#include "runtime/traffic/groups.h"

namespace attune::traffic {

// A directed graph: nodes with name, kind, what is known of what they received, and the number of their group
// from 1 (0 is alone, addresses have none); edges with messages and bytes.
std::string export_graphml(const PeriodMatrix& period, const Groups& groups);

}  // namespace attune::traffic
