// SPDX-License-Identifier: Apache-2.0
#include "tests/docs/page.h"

#include <sstream>
#include <utility>

namespace attune::test {

namespace {

constexpr std::string_view kOpen = "<!-- ", kClose = " -->", kFence = "```";

void take_rule(std::string_view line, Block& block) {
  if (!line.starts_with(kOpen) || !line.ends_with(kClose)) return;
  const std::string_view text = line.substr(kOpen.size(), line.size() - kOpen.size() - kClose.size());
  const size_t colon = text.find(": ");
  block.rule = text.substr(0, colon);
  block.argument = colon == text.npos ? "" : text.substr(colon + 2);
}

}  // namespace

std::vector<Block> blocks_of(std::string_view page) {
  std::vector<Block> blocks;
  std::istringstream in{std::string(page)};
  std::string line, above;
  for (size_t number = 1; std::getline(in, line); ++number) {
    const bool is_table = line.starts_with('|') && above.starts_with(kOpen);
    if (line.starts_with(kFence) || is_table) {
      Block block;
      block.line = number;
      take_rule(above, block);
      while (std::getline(in, line) && ++number &&
             (is_table ? line.starts_with('|') : !line.starts_with(kFence)))
        block.lines.push_back(line);
      blocks.push_back(std::move(block));
    }
    above = line;
  }
  return blocks;
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells(1);
  for (size_t at = 1; at < row.size(); ++at) {
    if (row[at] != '|' || row[at - 1] == '\\') {
      cells.back() += row[at];
    } else if (at + 1 < row.size()) {
      cells.emplace_back();
    }
  }
  return cells;
}

std::string code_in(const std::string& cell) {
  const size_t ticks = cell.find_first_not_of('`', cell.find('`')) - cell.find('`');
  if (cell.find('`') == cell.npos) return {};
  const std::string fence(ticks, '`');
  const size_t begin = cell.find(fence) + ticks;
  std::string code = cell.substr(begin, cell.find(fence, begin) - begin);
  for (size_t bar = code.find("\\|"); bar != code.npos; bar = code.find("\\|")) code.erase(bar, 1);
  if (ticks > 1 && code.size() > 2) code = code.substr(1, code.size() - 2);  // the blanks beside a back quote
  return code;
}

}  // namespace attune::test
