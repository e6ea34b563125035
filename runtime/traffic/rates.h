// SPDX-License-Identifier: Apache-2.0
// Rates: how much machines sent each other in a second, lately. Made of several periods' matrices; a plan of
// placements weighs them. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/traffic/matrix.h"

namespace attune::traffic {

// From one machine to another, by their components' names.
struct Rate {
  std::string from;
  std::string to;
  Volume per_second;

  bool operator==(const Rate&) const = default;
};

struct Rates {
  std::vector<Rate> pairs;  // sorted by (from, to), each once, none of nothing; no addresses outside
  int64_t from = 0;         // the time that they are of, in seconds since 1970; 0 to 0 where there is none
  int64_t to = 0;

  bool operator==(const Rates&) const = default;
};

// Adds up periods. A pair's rate is the mean of those periods in which all that reached the receiver is
// known; of one that is known in none, of all in which it was there, as far as it was counted.
class RateSum {
 public:
  void add(const Period& period, const Matrix& matrix);
  // Leaves the sum empty.
  Rates build();

 private:
  struct Seen {
    std::map<std::string, Volume> sent;  // by sender
    double seconds = 0;
  };
  struct Receiver {
    Seen known, counted;  // in full; as far as it was seen in the other periods
  };

  std::map<std::string, Receiver> receivers_;
  int64_t from_ = 0, to_ = 0;
};

}  // namespace attune::traffic
