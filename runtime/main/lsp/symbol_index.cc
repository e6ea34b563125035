// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/symbol_index.h"

#include <algorithm>
#include <tuple>

#include "runtime/main/lsp/diagram_symbols.h"
#include "runtime/main/lsp/project_symbols.h"

namespace attune::lsp {

namespace {

auto where(const Occurrence& one) {
  return std::tuple<std::string_view, uint32_t, uint32_t>(one.place.file->path, one.place.line,
                                                          one.place.column);
}

}  // namespace

SymbolIndex::SymbolIndex(const ProjectView& view) : names_(view.project(), view.read().diagrams) {
  if (view.read().deployment) add_deployment_symbols(*view.read().deployment, names_, view.folder(), all_);
  add_wrapper_symbols(names_, all_);
  for (const auto& [event, syntax] : view.read().diagrams)
    add_diagram_symbols(syntax, *names_.find_scope(event), all_);
  std::erase_if(all_, [](const Occurrence& one) { return !one.place.file || one.place.line == 0; });
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Occurrence& a, const Occurrence& b) { return where(a) < where(b); });
}

std::vector<const Occurrence*> SymbolIndex::at(const std::string& path, uint32_t line,
                                               uint32_t column) const {
  std::vector<const Occurrence*> found;
  for (const Occurrence& one : all_) {
    if (one.place.file->path != path || one.place.line != line) continue;
    if (one.place.column <= column && column <= one.place.column + one.place.length) found.push_back(&one);
  }
  // Of two names side by side the one that begins there.
  const bool begins = std::any_of(found.begin(), found.end(),
                                  [&](const Occurrence* one) { return one->place.column == column; });
  if (begins) std::erase_if(found, [&](const Occurrence* one) { return one->place.column != column; });
  return found;
}

std::vector<const Occurrence*> SymbolIndex::of(const std::set<Symbol>& symbols) const {
  std::vector<const Occurrence*> found;
  for (const Occurrence& one : all_) {
    if (!symbols.contains(one.symbol)) continue;
    const auto same = std::find_if(found.begin(), found.end(),
                                   [&](const Occurrence* other) { return where(*other) == where(one); });
    if (same == found.end())
      found.push_back(&one);
    else if (one.is_declaration)
      *same = &one;
  }
  std::stable_partition(found.begin(), found.end(),
                        [](const Occurrence* one) { return one->is_declaration; });
  return found;
}

std::set<Symbol> SymbolIndex::together(std::set<Symbol> symbols) const {
  for (size_t before = 0; before != symbols.size();) {
    before = symbols.size();
    for (const Occurrence* one : of(symbols))
      for (const Occurrence* other : at(one->place.file->path, one->place.line, one->place.column))
        if (other->place.length == one->place.length) symbols.insert(other->symbol);
  }
  return symbols;
}

}  // namespace attune::lsp
