// SPDX-License-Identifier: Apache-2.0
// NavigationCheck: where $ navigation leads from a component of a class, step by step, as far as the model
// tells: unknown names, steps behind a value, how many values it gives. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/model/navigation.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// What a navigation gives.
struct Destination {
  uint64_t least = 1;  // how many values
  uint64_t most = 1;   // UINT64_MAX: any number
  // The attribute whose value it is, of each class that the component there may be; empty for anything else.
  std::vector<const model::Class*> classes;
  std::string attribute;

  // Whether what it gives may be a Secret.
  bool is_secret() const;
};

// Nothing where it leads nowhere, which is found at the navigation's place; the message names the class.
std::optional<Destination> follow(const model::Project& project, const model::Class& from,
                                  const model::Navigation& navigation, Diagnostics& found);

}  // namespace attune::dsl
