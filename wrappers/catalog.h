// SPDX-License-Identifier: Apache-2.0
// The keys that a WDL file can name, with what each can do: what the checker knows of the implementations.
// Any thread.
#pragma once

#include "runtime/model/file_rules.h"
#include "runtime/model/wrapper.h"

namespace attune::wrappers {

const model::Catalog& catalog();

// Which files they read when they are called.
const model::FileRules& file_rules();

}  // namespace attune::wrappers
