// SPDX-License-Identifier: Apache-2.0
// FileCheck: the files that stubs and attributes name and that are read only when a stub is called: templates
// of configurations, domains of VMs, programs of probes, scripts. Reads them; any thread.
#pragma once

#include "dsl/deployment_builder.h"
#include "dsl/project_folder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/file_rules.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// Whether they are there and where the $ navigation in them leads, for each class that uses them. What only
// the run can tell (a name with navigation in it) is left to that. A script may be made on the host by
// another, so one that is nowhere is a warning. `places` tells where attributes' values stand.
void check_files(const model::Project& project, const model::FileRules& rules, const ValuePlaces& places,
                 const ProjectFolder& folder, const ProjectFolder& stock, Diagnostics& found);

}  // namespace attune::dsl
