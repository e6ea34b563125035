// SPDX-License-Identifier: Apache-2.0
// FrontMatter: what stands between the two `---` at a diagram's head: its title, our `attune:`, and whatever
// Mermaid reads (`config:`). We accept the part of YAML that nobody can read in two ways. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// `key: value`, or `key:` with what is indented below it.
struct Setting {
  std::string key;
  std::string value;  // without quotes; empty where there are children
  std::vector<Setting> children;
  Place key_place;
  Place value_place;
};

struct FrontMatter {
  std::string title;
  Place title_place;
  std::vector<Setting> attune;  // what stands below `attune:`
  size_t body = 0;              // index of the first line after it, in Source::lines
};

// Reads the front matter, where there is one, and finds what is wrong in it, and comments before it.
FrontMatter read_front_matter(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
