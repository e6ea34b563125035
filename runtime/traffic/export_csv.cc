// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/export_csv.h"

#include <set>

#include <fmt/format.h>

namespace attune::traffic {

std::string export_csv(const std::vector<PeriodMatrix>& periods) {
  std::string text = "start,seconds,from,to,messages,bytes,received\n";
  for (const auto& [period, matrix] : periods) {
    const std::string begin = fmt::format("{},{}", time_text(period.start), period.seconds);
    std::set<std::string_view> reached;
    for (const Cell& cell : matrix.cells) {
      const std::string& to = matrix.parties[cell.to].name;
      reached.insert(to);
      text += fmt::format("{},{},{},{},{},{}\n", begin, csv_field(matrix.parties[cell.from].name),
                          csv_field(to), plain_number(cell.volume.messages), plain_number(cell.volume.bytes),
                          name_of(knowledge_of(matrix, to)));
    }
    for (const std::string& name : matrix.missing)
      if (!reached.contains(name))
        text += fmt::format("{},,{},0,0,{}\n", begin, csv_field(name), name_of(knowledge_of(matrix, name)));
  }
  return text;
}

}  // namespace attune::traffic
