// SPDX-License-Identifier: Apache-2.0
// Configuration files made from templates: a file of the project with $ navigation in it, evaluated for one
// component. `$$` gives a dollar sign. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/workflow/arguments.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

// The text of the project's file `path`, evaluated; a Secret stands for what `read_secret` makes of it, or
// for its source; `escape` makes every value that is filled in a part of the file's format. The Error says
// which line cannot be, and why.
Result<std::string> configuration(const World& world, system::ComponentId component, std::string_view path,
                                  workflow::SecretReader read_secret = nullptr,
                                  workflow::TextEscape escape = nullptr);

}  // namespace attune::wrappers
