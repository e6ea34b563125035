// SPDX-License-Identifier: Apache-2.0
// Source: a diagram's file as text, split into lines, with the places in it counted in code points. The first
// step of every front end; what comes after works on Lines and names Places. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/base/result.h"

namespace attune::dsl {

// One line of a file, without its end. `text` points into the file's text.
struct Line {
  uint32_t number = 0;  // from 1
  std::string_view text;
};

// A file with its lines. The lines live as long as `file`.
struct Source {
  std::shared_ptr<const SourceFile> file;
  std::vector<Line> lines;
};

// What is read of one file at most; a larger one is refused.
inline constexpr size_t kMaxSourceBytes = 4u << 20;

// Reads a file of the project. kNotFound, kDenied, kInvalid (too large, not a file); the message names it.
Result<std::string> load_text(const std::string& path);

// The text as a source: a byte order mark taken off, CRLF made LF, bytes that are not UTF-8 made U+FFFD.
// Those bytes, control characters other than tab, and a mark before front matter are found at their place.
Source make_source(std::string path, std::string text, Diagnostics& found);
// The lines of a file that was made by make_source.
Source source_of(std::shared_ptr<const SourceFile> file);

// How many code points `text`, which is UTF-8, has.
uint32_t code_points(std::string_view text);

// The place of `part`, which must point into `line.text` (it may be empty, and stand at the line's end).
Place place_of(const Source& source, const Line& line, std::string_view part);
// The place of the whole line without the blanks around it.
Place place_of(const Source& source, const Line& line);

// `text` without blanks and tabs at both ends; still points into the same text.
std::string_view trimmed(std::string_view text);

// A name of the languages: an ASCII letter, then letters, digits and '_', the last one not '_'.
bool is_name(std::string_view text);

}  // namespace attune::dsl
