// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/estimate.h"

#include <algorithm>
#include <vector>

namespace attune::traffic {

namespace {

bool is_in(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

bool is_hole(const Matrix& matrix, const std::string& name) {
  return is_in(matrix.missing, name) && !is_in(matrix.estimated, name);
}

Volume larger(const Volume& a, const Volume& b) {
  return {std::max(a.messages, b.messages), std::max(a.bytes, b.bytes)};
}

// What is to be added to `counted` so that it becomes at least `wanted`.
Volume lacking(const Volume& counted, const Volume& wanted) {
  const Volume sum = larger(counted, wanted);
  return {sum.messages - counted.messages, sum.bytes - counted.bytes};
}

}  // namespace

bool has_holes(const Matrix& matrix) {
  return matrix.estimated.size() < matrix.missing.size();
}

Matrix filled(const Matrix& matrix, const Matrix& before) {
  MatrixBuilder builder;
  for (const Party& party : matrix.parties) builder.add_party(party.name, party.is_vm);
  for (const Cell& cell : matrix.cells)
    builder.add(matrix.parties[cell.from].name, matrix.parties[cell.to].name, cell.volume);
  std::vector<std::string> estimated = matrix.estimated;
  for (const std::string& name : matrix.missing) {
    builder.add_missing(name);
    // A machine that was not there before has no traffic to be taken from.
    if (is_hole(matrix, name) && find_party(before, name) && !is_hole(before, name))
      estimated.push_back(name);
  }
  std::sort(estimated.begin(), estimated.end());
  for (const Cell& cell : before.cells) {
    const Party& from = before.parties[cell.from];
    const Party& to = before.parties[cell.to];
    if (!is_hole(matrix, to.name) || !is_in(estimated, to.name)) continue;
    const auto known_from = find_party(matrix, from.name), known_to = find_party(matrix, to.name);
    const Volume counted = known_from && known_to ? volume_of(matrix, *known_from, *known_to) : Volume{};
    builder.add_party(from.name, from.is_vm);
    builder.add(from.name, to.name, lacking(counted, cell.volume));
  }
  Matrix sum = builder.build();
  sum.estimated = std::move(estimated);
  return sum;
}

void WeightedSum::add(const Matrix& matrix, double weight) {
  for (const Party& party : matrix.parties) {
    bool& is_vm = parties_[party.name];
    is_vm = is_vm || party.is_vm;
  }
  for (const Cell& cell : matrix.cells)
    cells_[{matrix.parties[cell.from].name, matrix.parties[cell.to].name}] +=
        Volume{cell.volume.messages * weight, cell.volume.bytes * weight};
  missing_.insert(matrix.missing.begin(), matrix.missing.end());
  estimated_.insert(matrix.estimated.begin(), matrix.estimated.end());
}

Matrix WeightedSum::build() const {
  MatrixBuilder builder;
  for (const auto& [name, is_vm] : parties_) builder.add_party(name, is_vm);
  for (const auto& [pair, volume] : cells_) builder.add(pair.first, pair.second, volume);
  for (const std::string& name : missing_) builder.add_missing(name);
  Matrix sum = builder.build();
  sum.estimated.assign(estimated_.begin(), estimated_.end());
  return sum;
}

}  // namespace attune::traffic
