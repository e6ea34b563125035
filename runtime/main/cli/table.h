// SPDX-License-Identifier: Apache-2.0
// Table: rows of cells in columns that line up, for people. Cells are made printable. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/main/cli/output.h"

namespace attune::cli {

struct Cell {
  Cell(std::string shown, Paint colour = Paint::kNone) : text(std::move(shown)), paint(colour) {}  // NOLINT
  Cell(std::string_view shown) : text(shown) {}                                                    // NOLINT
  Cell(const char* shown) : text(shown) {}                                                         // NOLINT

  std::string text;
  Paint paint = Paint::kNone;
};

class Table {
 public:
  // A table without heads has none shown.
  explicit Table(std::vector<std::string> heads = {});

  void add(std::vector<Cell> row);
  bool is_empty() const { return rows_.empty(); }
  void write(Output& out, std::string_view indent = {}) const;

 private:
  std::vector<std::vector<Cell>> rows_;
  std::vector<std::string> heads_;
  std::vector<size_t> widths_;  // in characters
};

// How many characters of a terminal `text`, which is UTF-8, takes, each counted as one.
size_t width_of(std::string_view text);

}  // namespace attune::cli
