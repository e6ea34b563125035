// SPDX-License-Identifier: Apache-2.0
// Who sends to whom in the NAS parallel benchmarks, as the study saw it from outside, for each rank from 1;
// the amounts are those of the programs' own messages as far as these fix them. For the tests of groups, and
// for the program that sends so in the live test. For tests only.
#pragma once

#include <string>
#include <vector>

namespace attune::test {

struct NasPair {
  unsigned one = 0;
  unsigned other = 0;
  double parts = 1;  // of the most that a pair of the pattern exchanges
};

struct NasPattern {
  std::string name;
  unsigned ranks = 0;
  std::vector<NasPair> pairs;
  std::vector<std::vector<unsigned>> groups;  // that the study saw
};

inline std::vector<NasPair> all_to_all(unsigned ranks) {
  std::vector<NasPair> pairs;
  for (unsigned one = 1; one <= ranks; ++one)
    for (unsigned other = one + 1; other <= ranks; ++other) pairs.push_back({one, other});
  return pairs;
}

inline std::vector<NasPattern> nas_patterns() {
  return {
      // One row of processes reduces a vector (1-2, 3-4), and transposes it with another (2-3).
      {"CG", 4, {{1, 2}, {3, 4}, {2, 3}}, {{1, 2, 3, 4}}},
      // Two rows of four reduce in two steps; half a vector is transposed between the rows.
      {"CG",
       8,
       {{1, 2}, {3, 4}, {1, 3}, {2, 4}, {5, 6}, {7, 8}, {5, 7}, {6, 8}, {3, 5, 0.5}, {4, 6, 0.5}},
       {{1, 2, 3, 4}, {5, 6, 7, 8}}},
      // A grid of 2 x 2 processes: its borders make a ring.
      {"LU", 4, {{1, 2}, {2, 4}, {4, 3}, {3, 1}}, {{1, 2, 3, 4}}},
      // A grid of 4 x 2: the borders between the two columns are half as long.
      {"LU",
       8,
       {{1, 2}, {2, 3}, {3, 4}, {5, 6}, {6, 7}, {7, 8}, {1, 5, 0.5}, {2, 6, 0.5}, {3, 7, 0.5}, {4, 8, 0.5}},
       {{1, 2, 3, 4}, {5, 6, 7, 8}}},
      {"MG", 4, {{1, 2}, {2, 4}, {4, 3}, {3, 1}}, {{1, 2, 3, 4}}},
      // A cube of 2 x 2 x 2, whose faces grow a little from one dimension to the next.
      {"MG",
       8,
       {{1, 2, 0.94},
        {3, 4, 0.94},
        {5, 6, 0.94},
        {7, 8, 0.94},
        {1, 3, 0.97},
        {2, 4, 0.97},
        {5, 7, 0.97},
        {6, 8, 0.97},
        {1, 5},
        {2, 6},
        {3, 7},
        {4, 8}},
       {{1, 2, 3, 4, 5, 6, 7, 8}}},
      // Some sums at the end. What two such pairs say of groups, the minimum decides.
      {"EP", 4, {{1, 2}, {1, 4}}, {{1, 2, 4}}},
      {"BT", 4, all_to_all(4), {{1, 2, 3, 4}}},
      {"FT", 4, all_to_all(4), {{1, 2, 3, 4}}},
      {"FT", 8, all_to_all(8), {{1, 2, 3, 4, 5, 6, 7, 8}}},
  };
}

}  // namespace attune::test
