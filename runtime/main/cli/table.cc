// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/table.h"

#include <algorithm>

#include "runtime/base/log.h"

namespace attune::cli {

size_t width_of(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Table::Table(std::vector<std::string> heads) : heads_(std::move(heads)) {
  for (const std::string& head : heads_) widths_.push_back(width_of(head));
}

void Table::add(std::vector<Cell> row) {
  widths_.resize(std::max(widths_.size(), row.size()));
  for (size_t i = 0; i < row.size(); ++i) {
    row[i].text = printable(row[i].text);
    widths_[i] = std::max(widths_[i], width_of(row[i].text));
  }
  rows_.push_back(std::move(row));
}

void Table::write(Output& out, std::string_view indent) const {
  const auto write_row = [&](const auto& row, auto text_of, auto paint_of) {
    std::string line(indent), blanks;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string_view text = text_of(row[i]);
      if (!text.empty()) {
        line += blanks + out.painted(paint_of(row[i]), text);
        blanks.clear();
      }
      blanks.append(widths_[i] - width_of(text) + 2, ' ');
    }
    out.write(line + "\n");
  };
  if (!heads_.empty())
    write_row(
        heads_, [](const std::string& head) { return std::string_view(head); },
        [](const std::string&) { return Paint::kStrong; });
  for (const auto& row : rows_)
    write_row(
        row, [](const Cell& cell) { return std::string_view(cell.text); },
        [](const Cell& cell) { return cell.paint; });
}

}  // namespace attune::cli
