// SPDX-License-Identifier: Apache-2.0
// WrapperFormat: a WDL file's text written in the one way of `attune fmt`: the half of formatter.h that is
// about XML. Any thread.
#pragma once

#include <optional>
#include <string>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Whether the source is to be read as XML: its file is called so, or its first sign is '<'.
bool says_xml(const Source& source);

// The same elements with the same attributes, between the same quotes: only blanks, indentation and blank
// lines are changed. A comment of several lines moves as a whole. What is formatted stays so. Nothing where
// the text is not well-formed or no wrapper, which is found.
std::optional<std::string> formatted_wrapper(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
