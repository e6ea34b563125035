// SPDX-License-Identifier: Apache-2.0
// Mermaid's text: what Mermaid silently cuts, rewrites or refuses in the texts of a diagram, by the kind of
// text. Our languages refuse each at its column and say what to write instead, so that a diagram that passes
// shows exactly what it does. Any thread.
#pragma once

#include <string_view>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Where a text stands.
enum class TextKind {
  kStateText,        // id : text
  kTransitionLabel,  // a --> b : text
  kStateLabel,       // state "text" as id
  kNote,             // note right of a : text
  kNoteLine,         // a line of a block note
  kClassMember,      // +name: Type = value
  kClassLabel,       // class a["text"]
  kCardinality,      // "0..6"
  kRelationLabel,    // a --> b : text
  kTitle,            // of the front matter
};

// Finds what Mermaid mangles in `text`, which must point into `line.text`. One finding for each place.
void lint_text(TextKind kind, const Source& source, const Line& line, std::string_view text,
               Diagnostics& found);

// Whether Mermaid takes the word for its own where a state's id stands, in whatever case: note, class,
// default ... A state cannot be called so.
bool is_reserved_state_id(std::string_view id);

// Whether the line is a comment (`%%` first). `%%{` is no comment but a directive, which is refused: see
// lint_line.
bool is_comment(std::string_view line);

// Finds a line of a diagram's body that Mermaid takes for a directive: one that begins with `%%{`.
void lint_line(const Source& source, const Line& line, Diagnostics& found);

}  // namespace attune::dsl
