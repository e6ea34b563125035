// SPDX-License-Identifier: Apache-2.0
// EnsureReader: what a diagram's front matter says below `attune:` as `ensure`: a condition by the names of
// the diagram, that must be true after a run. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "dsl/front_matter.h"
#include "dsl/name_scope.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/expression.h"

namespace attune::dsl {

// Nothing where there is none, or it has an error, which is found. A variable of the run is one.
std::optional<model::Expression> read_ensure(const FrontMatter& front, NameScope& scope, Diagnostics& found);

// Where the setting stands; nowhere where it is not said.
Place place_of_setting(const FrontMatter& front, std::string_view key);

}  // namespace attune::dsl
