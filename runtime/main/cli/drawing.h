// SPDX-License-Identifier: Apache-2.0
// Drawing: boxes in boxes, and arrows between them, as the text of a Mermaid flowchart or of Graphviz' DOT.
// One thread at a time.
#pragma once

#include <string>
#include <vector>

namespace attune::cli {

// What a box is painted for; Mermaid and Graphviz show each alike.
enum class Look { kPlain, kGood, kBad, kFaint };

struct Box {
  std::string id;  // unlike any other's; any text
  std::vector<std::string>
      lines;  // what is written in it; what others told is shown without control characters
  Look look = Look::kPlain;
  std::vector<Box> inner;  // with these it is a frame around them
};

struct Arrow {
  std::string from, to;  // ids of boxes
  std::string label;     // may be empty
};

struct Drawing {
  std::string title;
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

// `flowchart LR`, which Mermaid 10 to 12 draw.
std::string mermaid_text(const Drawing& drawing);
// A `digraph` for `dot`, in UTF-8.
std::string dot_text(const Drawing& drawing);

}  // namespace attune::cli
