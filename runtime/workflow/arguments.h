// SPDX-License-Identifier: Apache-2.0
// Arguments: what a wrapper's params come to when a stub is called: text with its $ navigation evaluated, as
// an argument vector, never as a shell's line. Implementations fill configuration files by the same rules.
// Pure; loop thread only.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/navigation.h"
#include "runtime/system/system.h"
#include "runtime/workflow/operand.h"

namespace attune::workflow {

// What stands for a Secret in a text; the Error names its source.
using SecretReader = Result<std::string> (*)(const model::Secret&);

// What makes a value a part of a text of some format, and no more than one value in it.
using TextEscape = std::string (*)(std::string_view value);

// From where $ navigation starts.
struct Viewpoint : Outlook {
  system::ComponentId self = system::kNoComponent;  // $this
  std::span<const Operand> passed;                  // $1, $2 ...
  SecretReader read_secret = nullptr;               // where null, a Secret is its source
  TextEscape escape = nullptr;  // where null, values stand in a template's text as they are
};

// The values that a navigation gives, in order: several along a role of many or over a class, none where
// nothing is bound there; one empty text for a role of one at most that is free. $manager.pipe is the FIFO
// for a component on this machine, and /dev/stdout for one elsewhere: its output is brought home. The Error
// names the step that leads nowhere.
Result<std::vector<std::string>> values_of(const model::Navigation& navigation, const Viewpoint& from);

// The template as one text; where a navigation gives several values, they stand joined by commas.
Result<std::string> text_of(const model::Template& of, const Viewpoint& from);

// One argument for each param; as many as there are values for one that is a single navigation.
Result<std::vector<std::string>> arguments_of(std::span<const model::Template> params, const Viewpoint& from);

}  // namespace attune::workflow
