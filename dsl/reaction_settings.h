// SPDX-License-Identifier: Apache-2.0
// ReactionSettings: what a diagram's front matter says below `attune:`, checked: on, cooldown, hold, release,
// after_growth, after_shrink, within, tries, runs, priority, every, at. Any thread.
#pragma once

#include <string_view>

#include "dsl/front_matter.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// What cannot be read is found and left out.
model::Settings read_reaction_settings(const FrontMatter& front, std::string_view event,
                                       const model::Project& project, Diagnostics& found);

}  // namespace attune::dsl
