// SPDX-License-Identifier: Apache-2.0
// WrapperShelf: the wrappers that a project uses, by the names of their files: its own in wrappers/ first,
// then those that ship. Filled while the project is loaded. Any thread.
#pragma once

#include <map>
#include <string>

#include "dsl/deployment_syntax.h"
#include "dsl/project_folder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

struct WrapperShelf {
  std::map<std::string, std::string, std::less<>> files;  // by file: the wrapper's name; empty: has errors
  std::map<std::string, model::Wrapper, std::less<>> wrappers;  // by name
};

// Reads all wrappers of the project, and the stock ones that its classes name. What a class names and nobody
// has is found at the class.
WrapperShelf fill_shelf(const DeploymentSyntax& deployment, const ProjectFolder& project,
                        const ProjectFolder& stock, const model::Catalog& catalog, Diagnostics& found);

}  // namespace attune::dsl
