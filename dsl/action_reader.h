// SPDX-License-Identifier: Apache-2.0
// ActionReader: reads one action, or one transition's label, by the grammar Action. Kept for a whole file,
// since making a parser costs more than a line. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "dsl/diagram_syntax.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

class ActionReader {
 public:
  explicit ActionReader(Diagnostics& found);
  ~ActionReader();

  // Nothing where it has an error; the first one is found.
  std::optional<ActionSyntax> read_action(const Text& text);
  std::optional<LabelSyntax> read_label(const Text& text);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attune::dsl
