// SPDX-License-Identifier: Apache-2.0
// ProjectPage: a project as one page of Markdown: its pictures, and what its classes, stubs, events and
// settings are. Any thread.
#pragma once

#include <string>

#include "runtime/model/project.h"

namespace attune::cli {

// Of a project that was read without an error. Diagrams stand in it as Mermaid's, for what draws these;
// secrets as where they come from.
std::string project_page(const model::Project& project);

}  // namespace attune::cli
