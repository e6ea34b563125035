// SPDX-License-Identifier: Apache-2.0
// What the fuzzers of the front end ask of every finding: that it stands in the text it is about, and says
// something. For fuzzers only.
#pragma once

#include <cstdlib>
#include <string>

#include "dsl/finding_codes.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::fuzz {

inline void expect_in_text(const Place& place) {
  const dsl::Source source = dsl::source_of(place.file);
  if (place.line == 0 || place.line > source.lines.size() + 1) std::abort();
  const std::string_view line =
      place.line > source.lines.size() ? std::string_view() : source.lines[place.line - 1].text;
  if (place.column == 0 || place.column > dsl::code_points(line) + 1) std::abort();
  if (place.length == 0 || place.column + place.length > dsl::code_points(line) + 2) std::abort();
}

inline void expect_in_place(const Diagnostic& one) {
  if (one.message.empty() || dsl::why_it_matters(one.code).empty()) std::abort();
  if (one.place.file) expect_in_text(one.place);  // the others are about the project as a whole
  if (to_text(one).find("error: ") == std::string::npos && one.severity == Severity::kError) std::abort();
}

// Of many findings the first ones only: each is looked up in the whole text.
inline void expect_in_place(const Diagnostics& found) {
  size_t left = 50;
  for (const Diagnostic& one : found.all()) {
    if (left-- == 0) return;
    expect_in_place(one);
  }
}

}  // namespace attune::fuzz
