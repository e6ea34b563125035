// SPDX-License-Identifier: Apache-2.0
// Completion: what could stand where somebody types, in each kind of file of a project. Answered from the
// last state that could be read, since what is being typed seldom can. One thread at a time.
#pragma once

#include <string>
#include <string_view>

#include "runtime/main/lsp/project_view.h"
#include "runtime/main/lsp/suggestion.h"

namespace attune::lsp {

// Where somebody types: the text of the file up to there, without the word that has been begun.
struct Typing {
  std::string path;
  std::string_view before;  // all lines
  std::string_view line;    // the last of them
};

// The word that has been begun at the end of the text; names of settings may have '-' in them.
std::string_view begun_word(std::string_view before);

Suggestions complete(const ProjectView& view, const Typing& typing);

// By kind of file.
void complete_diagram(const ProjectView& view, const Typing& typing, Suggestions& to);
void complete_deployment(const ProjectView& view, const Typing& typing, Suggestions& to);
void complete_wrapper(const ProjectView& view, const Typing& typing, Suggestions& to);
void complete_settings(const Typing& typing, Suggestions& to);
void complete_nodes(const ProjectView& view, const Typing& typing, Suggestions& to);

}  // namespace attune::lsp
