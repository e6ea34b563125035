// SPDX-License-Identifier: Apache-2.0
// FamilyBuilder: a class with the stereotype <<host-family>> as a model::HostFamily, with the hosts of its
// node file. Any thread.
#pragma once

#include "dsl/class_draft.h"
#include "dsl/project_folder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

model::HostFamily build_family(const ClassDraft& draft, const ProjectFolder& folder, Diagnostics& found);

}  // namespace attune::dsl
