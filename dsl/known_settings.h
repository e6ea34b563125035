// SPDX-License-Identifier: Apache-2.0
// KnownSettings: what a class of a deployment diagram, and a reconfiguration diagram's front matter, can be
// told by name. Checked by class_draft.cc and reaction_settings.cc; asked by who completes such names. Any
// thread.
#pragma once

#include <string_view>
#include <vector>

#include "dsl/class_draft.h"
#include "runtime/model/value.h"

namespace attune::dsl {

struct KnownSetting {
  std::string_view name;
  model::Type type;
};

// Of a class of the sort, besides its attributes.
std::vector<KnownSetting> known_settings(ClassDraft::Sort of);

// Below `attune:` of a diagram.
inline constexpr std::string_view kReactionSettings[] = {
    "on",   "cooldown", "hold",  "release", "after_growth", "after_shrink", "ensure", "within", "tries",
    "runs", "priority", "every", "at"};

}  // namespace attune::dsl
