// SPDX-License-Identifier: Apache-2.0
// DiagramShelf: the reconfiguration diagrams that a project uses, read and parsed: its own in diagrams/, each
// answering the event that its file is named after, and the stock ones that its settings name. Any thread.
#pragma once

#include <map>
#include <string>

#include "dsl/diagram_builder.h"
#include "dsl/open_project.h"
#include "dsl/project_folder.h"
#include "dsl/settings_reader.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Everything that is wrong in their texts is found; what could be read of them is there. `open` may be
// nullptr.
DiagramTrees fill_diagram_shelf(const ProjectFolder& project, const ProjectFolder& stock,
                                const std::map<std::string, SettingText>& settings, OpenProject* open,
                                Diagnostics& found);

}  // namespace attune::dsl
