// SPDX-License-Identifier: Apache-2.0
// WrapperReader: a WDL file (TUNe's XML, with our events and timeouts) as a model::Wrapper. What it says
// about itself is checked here: elements, names, keys, operations, params. What its navigation leads to
// depends on the class that uses it: see wrapper_check.h. Any thread.
#pragma once

#include <optional>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

// Nothing where the file is not a wrapper at all; else as much of it as is right.
std::optional<model::Wrapper> read_wrapper(const Source& source, const model::Catalog& catalog,
                                           Diagnostics& found);

}  // namespace attune::dsl
