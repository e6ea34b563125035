// SPDX-License-Identifier: Apache-2.0
// A matrix for gnuplot 5: its data, and a script that draws them as a heat map. Behind the queries. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/traffic/export_text.h"
#include "runtime/traffic/groups.h"

namespace attune::traffic {

struct GnuplotFiles {
  std::string data;    // a line for each sender, a number for each receiver, in the matrix's order
  std::string script;  // writes an SVG to its standard output
};

// The script reads the data from `data_file`, as it is named where gnuplot runs. `span` says of which time
// the matrix is: span_text().
GnuplotFiles export_gnuplot(const PeriodMatrix& period, Measure by, std::string_view span,
                            const std::string& data_file);

// Both in one script, which reads no file.
std::string export_gnuplot(const PeriodMatrix& period, Measure by, std::string_view span);

}  // namespace attune::traffic
