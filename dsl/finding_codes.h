// SPDX-License-Identifier: Apache-2.0
// FindingCodes: all that can be found in a project, by code, and why each matters to its author;
// docs/findings.md has an example of each. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attune::dsl {

// In one sentence; empty for a code that nothing is found by.
std::string_view why_it_matters(std::string_view code);

// Whether it is a warning that is only looked for with `attune check --agents`.
bool is_found_on_demand(std::string_view code);

// By subject, in the order of docs/findings.md.
std::vector<std::string> finding_codes();

}  // namespace attune::dsl
