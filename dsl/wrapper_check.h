// SPDX-License-Identifier: Apache-2.0
// WrapperCheck: what the $ navigation of a wrapper's params and of String attributes leads to, for each class
// that uses them: unknown names, how many values a param gives, attributes that lead back to themselves. Any
// thread.
#pragma once

#include "dsl/deployment_builder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

// The params of each class's wrapper. A message names the class, since a wrapper may serve several.
void check_wrappers(const model::Project& project, const model::Catalog& catalog, Diagnostics& found);

// The values of the classes' String attributes. `places` tells where they stand.
void check_attributes(const model::Project& project, const ValuePlaces& places, Diagnostics& found);

}  // namespace attune::dsl
