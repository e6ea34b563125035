// SPDX-License-Identifier: Apache-2.0
// MemberReader: a class's member as a typed attribute: its type and its value with its unit. Any thread.
#pragma once

#include <optional>

#include "dsl/class_draft.h"
#include "dsl/deployment_syntax.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Nothing where the type is unknown or the value does not fit it, which is found.
std::optional<TypedMember> read_member(const MemberSyntax& member, Diagnostics& found);

}  // namespace attune::dsl
