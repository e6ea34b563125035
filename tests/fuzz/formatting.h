// SPDX-License-Identifier: Apache-2.0
// What holds of the formatter whatever it is given: what it has written is read as before, and stays so. For
// the fuzzers of diagrams.
#pragma once

#include <cstdlib>
#include <string>

#include "dsl/formatter.h"
#include "dsl/syntax_json.h"

namespace attune::fuzz {

// The tree without blanks, since it has actions and attributes as they are written.
inline std::string bare_tree(const std::string& text) {
  Diagnostics found;
  std::string json = dsl::syntax_json("x.mmd", text, found);
  std::erase(json, ' ');
  std::erase(json, '\t');
  return json;
}

inline void expect_format(const dsl::Source& source) {
  Diagnostics found;
  const auto once = dsl::formatted(dsl::make_source("x.mmd", source.file->text, found), found);
  if (once.has_value() == found.has_errors()) std::abort();
  if (!once) return;
  if (bare_tree(*once) != bare_tree(source.file->text)) std::abort();
  if (dsl::formatted(dsl::make_source("x.mmd", *once, found), found) != once) std::abort();
}

}  // namespace attune::fuzz
