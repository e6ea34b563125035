// SPDX-License-Identifier: Apache-2.0
// Dice: chance that falls the same in every run and with every library. For tests only.
#pragma once

#include <cstdint>
#include <random>

namespace attune::test {

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}

  uint32_t below(uint32_t count) { return static_cast<uint32_t>(engine_()) % count; }
  // With this chance, from 0 to 1.
  bool falls(double chance) {
    return static_cast<double>(static_cast<uint32_t>(engine_())) < chance * 0x1p32;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace attune::test
