// SPDX-License-Identifier: Apache-2.0
// NameCheck: that no two things which people and events call by name could bear the same one: components of
// different classes, hosts of different families, a component and a host. Any thread.
#pragma once

#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

void check_names(const std::vector<model::Class>& classes, const std::vector<model::HostFamily>& families,
                 Diagnostics& found);

}  // namespace attune::dsl
