// SPDX-License-Identifier: Apache-2.0
// Snapshot: a system as a value: the changes that make it out of an empty one, and the numbers that were
// given before. What a checkpoint of the journal holds in the place of all changes that led there. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/system/change.h"

namespace attune::system {

struct NextNumber {
  std::string class_name;
  uint32_t number = 1;
  friend bool operator==(const NextNumber&, const NextNumber&) = default;
};

struct Snapshot {
  std::vector<Change> changes;  // in an order in which each is possible
  ComponentId next_id = 0;
  std::vector<NextNumber> next_numbers;  // of classes that had instances
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

}  // namespace attune::system
