// SPDX-License-Identifier: Apache-2.0
// SymbolIndex: every name in a project that stands for something, by where it stands and by what it stands
// for. Made of a project's view when somebody asks, good until its next load. One thread at a time.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "runtime/main/lsp/project_names.h"
#include "runtime/main/lsp/project_view.h"
#include "runtime/main/lsp/symbol.h"

namespace attune::lsp {

class SymbolIndex {
 public:
  // The view must outlive it, and not be loaded anew meanwhile.
  explicit SymbolIndex(const ProjectView& view);

  ProjectNames& names() { return names_; }

  // What stands in the file at the line and column, both from 1; also what ends there. Several where a name
  // stands for several things.
  std::vector<const Occurrence*> at(const std::string& path, uint32_t line, uint32_t column) const;

  // Where these are called by their names, declarations first, each place once.
  std::vector<const Occurrence*> of(const std::set<Symbol>& symbols) const;
  // The symbols, and those that some place calls by the same word as one of them: they are renamed together.
  std::set<Symbol> together(std::set<Symbol> symbols) const;

 private:
  ProjectNames names_;
  Occurrences all_;
};

}  // namespace attune::lsp
