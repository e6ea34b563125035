// SPDX-License-Identifier: Apache-2.0
// Place: where in the user's text something stands. What is made of the text carries it, so that a finding
// can point there. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace attune {

// A file of the project as it was read. `path` is shown to the user as it is.
struct SourceFile {
  std::string path;
  std::string text;
};

// A stretch of one line of a file; line and column count from 1, columns count Unicode code points.
// A default Place is nowhere: the finding is about the project as a whole.
struct Place {
  std::shared_ptr<const SourceFile> file;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t length = 1;
};

}  // namespace attune
