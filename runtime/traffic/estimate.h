// SPDX-License-Identifier: Apache-2.0
// Arithmetic with matrices: a missing part taken from an earlier one, and weighted sums. Of the queries;
// pure, any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "runtime/traffic/matrix.h"

namespace attune::traffic {

// The matrix, in which what reached its missing machines is as in `before`, but never less than what was
// counted. Machines that are missing in `before` too, and not estimated there, stay missing.
Matrix filled(const Matrix& matrix, const Matrix& before);

// Whether there are missing machines of which nothing was estimated.
bool has_holes(const Matrix& matrix);

// Adds up matrices, each with its weight. What is missing or estimated in one is so in the sum.
class WeightedSum {
 public:
  void add(const Matrix& matrix, double weight);
  Matrix build() const;

 private:
  std::map<std::string, bool> parties_;  // whether it is a machine
  std::map<std::pair<std::string, std::string>, Volume> cells_;
  std::set<std::string> missing_;
  std::set<std::string> estimated_;
};

}  // namespace attune::traffic
