// SPDX-License-Identifier: Apache-2.0
// ToldFacts: what managers were told of prices and capacities, and took. It holds whoever comes after them to
// that: what somebody was told is taken is so until it is told anew. One story's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/system/system.h"
#include "runtime/workflow/event.h"

namespace attune::simulation {

class ToldFacts {
 public:
  // The event is on its way. What becomes of it is not known until taken(); with that, it counts.
  uint64_t sent(const workflow::Event& event);
  void taken(uint64_t sent);
  // What the system has otherwise than it was told; nothing where all is so.
  std::optional<std::string> forgotten(const system::System& system) const;
  // How many values it holds the system to.
  size_t held() const;

 private:
  struct Value {
    uint64_t sent = 0;
    std::string text;
    bool is_taken = false;
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // of, property, to
  std::map<Key, std::vector<Value>> values_;  // in the order of sending, none before the last that was taken
  uint64_t last_ = 0;
};

// What is told of sites, links and hosts, as it is now: two systems are the same in this where it is.
std::string terms_text(const system::System& system);

}  // namespace attune::simulation
