// SPDX-License-Identifier: Apache-2.0
// DiagramBuilder: reconfiguration diagrams' trees as the model's diagrams, checked against all that the
// project says: the last stage of the front end. Any thread.
#pragma once

#include <map>
#include <string>

#include "dsl/diagram_syntax.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// The trees of a project's diagrams, by the event that each answers.
using DiagramTrees = std::map<std::string, DiagramSyntax, std::less<>>;
using Diagrams = std::map<std::string, model::Diagram, std::less<>>;

// The project's classes, associations, families and wrappers must have no errors. A tree may be broken: what
// can be told of the rest is told.
Diagrams build_diagrams(const DiagramTrees& trees, const model::Project& project, Diagnostics& found);

}  // namespace attune::dsl
