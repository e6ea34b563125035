// SPDX-License-Identifier: Apache-2.0
// Dice: numbers that look random and follow from a seed alone, on every machine. Each part of the world has
// its own, so that what one part does more or less often changes nothing for the others.
#pragma once

#include <cstdint>

#include "runtime/base/clock.h"

namespace attune::simulation {

class Dice {
 public:
  explicit Dice(uint64_t seed, uint64_t part = 0) : state_(seed * 0x9E3779B97F4A7C15U + part) {
    (void)next();
  }

  uint64_t next() {  // splitmix64
    uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
  bool one_in(uint64_t count) { return below(count) == 0; }
  Duration between(Duration least, Duration most) {
    return least + Duration(static_cast<int64_t>(below(static_cast<uint64_t>((most - least).count()) + 1)));
  }

 private:
  uint64_t state_;
};

}  // namespace attune::simulation
