// SPDX-License-Identifier: Apache-2.0
// Where a Secret may come from that is set by hand: the project says which files the manager reads for its
// components, so that nobody who may set attributes has it read its own keys out to one of them. It looks at
// files, and reads none. Any thread.
#pragma once

#include "runtime/base/result.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"

namespace attune::control {

// Fine is what the project itself names for some Secret, and a file beside the one that it names for this
// attribute, unless that is the manager's own, however written: one that its settings name, or a key that it
// logs in with. kDenied says so, and what to do.
Result<void> may_come_from(const system::System& system, const model::Attribute& attribute,
                           const model::Secret& source);

}  // namespace attune::control
