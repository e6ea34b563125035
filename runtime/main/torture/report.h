// SPDX-License-Identifier: Apache-2.0
// The report of a torture: for a person, as JSON, and for what reads JUnit. Any thread.
#pragma once

#include <string>

#include "runtime/main/torture/kit.h"

namespace attune::torture {

// A table of stubs and ordeals, why some were not tried, and each thing that was not survived. Printable.
std::string report_text(const Report& report);
// {"wrapper", "class", "host", "stubs": [{"stub", "trials": [{"ordeal", "verdict", "why_not"}]}],
//  "findings": [{"stub", "ordeal", "done", "expected", "happened", "last_words", "mend"}], "broken_off",
//  "why_broken_off"}
std::string report_json(const Report& report);
// A test case for each stub and ordeal; where it was broken off one more, "torture", with an error: what has
// not been tried is not survived.
std::string report_junit(const Report& report);

}  // namespace attune::torture
