// SPDX-License-Identifier: Apache-2.0
// Text in XML. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace attune {

// The text as it stands in an element or, between quotes, in an attribute, and cannot end either. What XML
// may not hold at all (a control character, a byte that is not UTF-8) stays as it is.
std::string xml_escaped(std::string_view text);

}  // namespace attune
