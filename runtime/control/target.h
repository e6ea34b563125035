// SPDX-License-Identifier: Apache-2.0
// The target of an HTTP request, /path?name=value&..., read and written with its percent signs. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/control/exchange.h"

namespace attune::control {

// Fills path and query. kInvalid: a percent sign without two hexadecimal digits, or no '/' at the front.
Result<void> read_target(std::string_view target, Request& request);

// `word` as one word of a path or of a query.
std::string encoded(std::string_view word);

}  // namespace attune::control
