// SPDX-License-Identifier: Apache-2.0
// ProjectLoader: a project's folder as a checked model: the whole front end, in order. What `attune check`
// runs and attuned begins with. Reads files, and nothing else; any thread.
#pragma once

#include <string>

#include "runtime/base/diagnostic.h"
#include "runtime/model/file_rules.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

struct LoadedProject {
  model::Project project;      // whole where no error was found
  model::Instances instances;  // what it begins with; none where an error was found
};

// Reads and checks the project in `directory`. `catalog` tells what the keys of wrappers can do; `stock` is
// the folder that holds the wrappers/ and diagrams/ that ship, or empty. Everything that is wrong is found,
// stage by stage: texts, then what they declare, then how they fit together. The findings are sorted. `rules`
// tells which files the keys read when they are called: those are checked as well; `further` is asked last,
// and what it finds may be allowed like all else.
using FurtherCheck = std::function<void(const model::Project&, Diagnostics&)>;
LoadedProject load_project(const std::string& directory, const model::Catalog& catalog,
                           const std::string& stock, Diagnostics& found, const model::FileRules& rules = {},
                           const FurtherCheck& further = {});

}  // namespace attune::dsl
