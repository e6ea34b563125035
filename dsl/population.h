// SPDX-License-Identifier: Apache-2.0
// Population: how many instances each class has at the start and at most. What a class does not say follows
// from its containers; else `initial` is 1, and `max` is `initial`. Any thread.
#pragma once

#include <vector>

#include "dsl/class_draft.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// Sets initial and max of the classes that `drafts` describe. The associations are free of cycles.
void populate(const std::vector<ClassDraft>& drafts, const std::vector<model::Association>& associations,
              std::vector<model::Class>& classes, Diagnostics& found);

}  // namespace attune::dsl
