// SPDX-License-Identifier: Apache-2.0
// Page: a page of docs/ as its blocks, each with the rule by which it is checked: a comment on the line above
// it, which readers do not see.
//   <!-- file: PATH -->        a file of the pages' project, which loads without a finding
//   <!-- project: PATH -->     a whole project in one file, which loads without a finding
//   <!-- gives -->             the components and bindings that the project above it begins with
//   <!-- actions: EVENT -->    lines of a state's text in the diagram of EVENT
//   <!-- guards: EVENT -->     conditions, one a line, likewise
//   <!-- values: EVENT -->     expressions that give a value, likewise
//   <!-- refused: EVENT -->    a table: lines of that diagram, what happens, the code of the finding
//   <!-- refused: PATH -->     the same with lines of the project's file
//   <!-- not checked -->       something else
// For tests only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attune::test {

struct Block {
  std::string rule, argument;
  std::vector<std::string> lines;
  size_t line = 0;  // where it begins, from 1
};

// The fenced blocks of the page, and the tables that have a rule. A block without one has an empty rule.
std::vector<Block> blocks_of(std::string_view page);

// The cells of a table's row without the bars around them.
std::vector<std::string> cells_of(const std::string& row);
// What stands in `back quotes`, "\|" being a bar; empty where nothing does.
std::string code_in(const std::string& cell);

}  // namespace attune::test
