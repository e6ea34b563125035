// SPDX-License-Identifier: Apache-2.0
// ExpressionCompletion: what could stand next in an action or in a guard of a diagram. One thread at a time.
#pragma once

#include <string_view>

#include "runtime/main/lsp/project_names.h"
#include "runtime/main/lsp/suggestion.h"

namespace attune::lsp {

// `text` is the action, or the guard behind its bracket, up to where somebody types, without the word there.
void complete_action(std::string_view text, ProjectNames& names, dsl::NameScope& scope, Suggestions& to);
void complete_guard(std::string_view text, dsl::NameScope& scope, Suggestions& to);

}  // namespace attune::lsp
