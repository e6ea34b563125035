// SPDX-License-Identifier: Apache-2.0
// Difference: in what two readings of a project differ, for who is to say whether the newer one shall hold.
// Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/model/project.h"

namespace attune::model {

struct Difference {
  enum class How { kAdded, kRemoved, kChanged };
  How how = How::kChanged;
  std::string what;           // "class", "attribute", "host", "setting", "diagram" ...
  std::string name;           // "app.port"
  std::string before, after;  // as text; empty where it is too long for a line, or there is none
};
std::string_view name_of(Difference::How how);  // "added"
// "attribute app.port changed: Integer = 9000 -> Integer = 9001"
std::string to_text(const Difference& difference);

// By kind and name. Of what is new or gone as a whole, its parts are not told.
std::vector<Difference> differences(const Project& before, const Project& after);

}  // namespace attune::model
