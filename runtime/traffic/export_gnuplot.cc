// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/export_gnuplot.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::traffic {
namespace {

// A row for each sender. gnuplot draws nothing of an empty matrix, nor of a single row or column of one: a
// matrix without traffic is one of zeros, and one of a single party is drawn with a second, empty one.
std::string data_of(const Matrix& matrix, Measure by, size_t size) {
  std::string text;
  size_t next = 0;
  for (uint32_t from = 0; from < size; ++from) {
    std::vector<std::string> row(size, "0");
    for (; next < matrix.cells.size() && matrix.cells[next].from == from; ++next)
      row[matrix.cells[next].to] = plain_number(amount_of(matrix.cells[next].volume, by));
    text += fmt::format("{}\n", fmt::join(row, " "));
  }
  return text;
}

std::string tics_of(const Matrix& matrix) {
  std::vector<std::string> tics;
  for (size_t i = 0; i < matrix.parties.size(); ++i) {
    std::string name = matrix.parties[i].name;
    if (const Knowledge known = knowledge_of(matrix, name); known != Knowledge::kComplete)
      name += fmt::format(" ({})", name_of(known));
    tics.push_back(fmt::format("{} {}", gnuplot_quoted(name), i));
  }
  return fmt::format("({})", fmt::join(tics, ", "));
}

// `data` is written as gnuplot names it.
std::string script_of(const PeriodMatrix& period, Measure by, std::string_view span, size_t size,
                      const std::string& data) {
  const std::string tics = tics_of(period.matrix);
  return fmt::format(
      "set terminal svg size 900,800 noenhanced background 'white'\n"
      "set title {} noenhanced\n"
      "set xlabel 'to'\nset ylabel 'from'\nset cblabel '{}'\n"
      "set xtics {} rotate by 45 right noenhanced\nset ytics {} noenhanced\n"
      "set xrange [-0.5:{}]\nset yrange [{}:-0.5]\n"
      "set palette defined (0 '#f4f8fb', 0.5 '#56b4e9', 1 '#00395a')\n"
      "set cbrange [0:*]\nset format cb '%.1s %c'\nset size ratio -1\nunset key\n"
      "plot {} matrix with image pixels\n",
      gnuplot_quoted(fmt::format("{}, {}", name_of(by), span)), name_of(by), tics, tics,
      static_cast<double>(size) - 0.5, static_cast<double>(size) - 0.5, data);
}

size_t size_of(const Matrix& matrix) {
  constexpr size_t kLeast = 2;
  return std::max(kLeast, matrix.parties.size());
}

}  // namespace

GnuplotFiles export_gnuplot(const PeriodMatrix& period, Measure by, std::string_view span,
                            const std::string& data_file) {
  const size_t size = size_of(period.matrix);
  return {data_of(period.matrix, by, size), script_of(period, by, span, size, gnuplot_quoted(data_file))};
}

std::string export_gnuplot(const PeriodMatrix& period, Measure by, std::string_view span) {
  const size_t size = size_of(period.matrix);
  return fmt::format("$traffic << END_OF_TRAFFIC\n{}END_OF_TRAFFIC\n{}", data_of(period.matrix, by, size),
                     script_of(period, by, span, size, "$traffic"));
}

}  // namespace attune::traffic
