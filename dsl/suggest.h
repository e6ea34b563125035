// SPDX-License-Identifier: Apache-2.0
// What was probably meant, for the front end's hints: runtime/base/suggest.h, under its names here. Any thread.
#pragma once

#include "runtime/base/suggest.h"

namespace attune::dsl {

using attune::edit_distance;
using attune::nearest;
using attune::suggestion;

}  // namespace attune::dsl
