// SPDX-License-Identifier: Apache-2.0
// The keys that a WDL file can name, with what each can do: what the checker knows of the implementations.
// Any thread.
#pragma once

#include "runtime/model/wrapper.h"

namespace attune::wrappers {

const model::Catalog& catalog();

}  // namespace attune::wrappers
