// SPDX-License-Identifier: Apache-2.0
// A checked model::Diagram as text, all of it, for golden files: each expression with what its names mean and
// its kind. For tests only.
#pragma once

#include <string>

#include "runtime/model/diagram.h"

namespace attune::test {

std::string shown(const model::Diagram& diagram);

}  // namespace attune::test
