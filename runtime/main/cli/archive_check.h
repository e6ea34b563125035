// SPDX-License-Identifier: Apache-2.0
// Whether the archives that a project deploys would be refused when they are, as far as that can be told
// soon: for `attune check`, on its own thread.
#pragma once

#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::cli {

// Each archive up to 64 MiB is read once. What is wrong is told at the class that names it first.
void check_archives(const model::Project& project, Diagnostics& found);

}  // namespace attune::cli
