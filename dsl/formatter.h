// SPDX-License-Identifier: Apache-2.0
// Formatter: the text of a diagram or of a wrapper written in the one way of `attune fmt`:
// docs/command-line.md. Between make_source() and whoever writes the file. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// The same diagram or wrapper to all who read it: only blanks, indentation, blank lines and lines' ends are
// changed. What is formatted stays so. Nothing where something in the text cannot be read, which is found:
// then there is no knowing what a blank means.
std::optional<std::string> formatted(const Source& source, Diagnostics& found);

// What was made of `text`, with its byte order mark, and with CRLF at each line's end where the first of
// `text` ends so: a source has neither any more.
std::string with_ends_of(std::string_view text, const std::string& made);

}  // namespace attune::dsl
