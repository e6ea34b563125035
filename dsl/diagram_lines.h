// SPDX-License-Identifier: Apache-2.0
// Statement: one line of a reconfiguration diagram, read by the grammar StateDiagram. The first step of the
// diagram parser, which builds the tree from them. Any thread.
#pragma once

#include <string>
#include <vector>

#include "dsl/diagram_syntax.h"
#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

struct Statement {
  enum class Kind {
    kHeader,      // stateDiagram-v2
    kDirection,   // direction LR
    kState,       // state id, state "text" as id, state id <<choice>>
    kOpen,        // state id {
    kClose,       // }
    kSeparator,   // --
    kNote,        // note right of id : text
    kTransition,  // from --> to : text
    kMention,     // id : text, or id alone
  };
  Kind kind = Kind::kHeader;
  Place place;
  StateSyntax::Kind state = StateSyntax::Kind::kState;  // of kState and kOpen
  Text id;                                              // the state; of kTransition, where it begins
  Text to;
  bool has_text = false;   // there is a colon
  Text text;               // behind the colon, or the label's
  std::vector<Text> note;  // the lines of a note
};

// The statements of the lines from `body` on; what is no statement is found and left out.
std::vector<Statement> read_statements(const Source& source, size_t body, Diagnostics& found);

}  // namespace attune::dsl
