// SPDX-License-Identifier: Apache-2.0
// Finding: what is wrong in a State, where in its JSON, and how to mend it. Found by state_json.h and
// check.h, all in one go; with any there is no plan. Any thread.
#pragma once

#include <string>
#include <vector>

namespace attune::placement {

struct Finding {
  std::string place;    // a JSON pointer: "/vms/3/host"
  std::string message;  // what is wrong, without a full stop
  std::string hint;     // how to mend it
};
using Findings = std::vector<Finding>;

}  // namespace attune::placement
