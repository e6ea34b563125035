// SPDX-License-Identifier: Apache-2.0
// Matrices for the tests of what reads them: of a NAS pattern, and of single pairs. For tests only.
#pragma once

#include <string>
#include <vector>

#include "runtime/traffic/matrix.h"
#include "tests/traffic/nas.h"

namespace attune::test {

inline std::string rank_name(unsigned rank) {
  return "vm" + std::to_string(rank);
}

// Each pair sends `messages` times its part in each direction, of 1500 bytes each.
inline traffic::Matrix matrix_of(const NasPattern& pattern, double messages = 1000) {
  traffic::MatrixBuilder builder;
  for (unsigned rank = 1; rank <= pattern.ranks; ++rank) builder.add_party(rank_name(rank), true);
  for (const NasPair& pair : pattern.pairs) {
    const traffic::Volume volume{messages * pair.parts, 1500 * messages * pair.parts};
    builder.add(rank_name(pair.one), rank_name(pair.other), volume);
    builder.add(rank_name(pair.other), rank_name(pair.one), volume);
  }
  return builder.build();
}

struct Sent {
  std::string from, to;
  double messages = 0;
  double bytes = 0;
};

// All are machines.
inline traffic::Matrix matrix_of(const std::vector<Sent>& sent) {
  traffic::MatrixBuilder builder;
  for (const Sent& one : sent) {
    builder.add_party(one.from, true);
    builder.add_party(one.to, true);
    builder.add(one.from, one.to, {one.messages, one.bytes});
  }
  return builder.build();
}

}  // namespace attune::test
