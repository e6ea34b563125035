// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/matrix.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace attune::traffic {
namespace {

// Of a machine that is also known as an address, the machine stays.
std::vector<Party> distinct(std::vector<Party> parties) {
  std::sort(parties.begin(), parties.end(), [](const Party& a, const Party& b) {
    return std::tie(a.name, b.is_vm) < std::tie(b.name, a.is_vm);
  });
  const auto same = [](const Party& a, const Party& b) { return a.name == b.name; };
  parties.erase(std::unique(parties.begin(), parties.end(), same), parties.end());
  return parties;
}

void sort_once(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

// Sorted by pair; what a pair has several times is summed.
std::vector<Cell> summed(std::vector<Cell> cells) {
  std::sort(cells.begin(), cells.end(),
            [](const Cell& a, const Cell& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
  std::vector<Cell> sums;
  for (const Cell& cell : cells) {
    if (sums.empty() || sums.back().from != cell.from || sums.back().to != cell.to) {
      sums.push_back(cell);
    } else {
      sums.back().volume += cell.volume;
    }
  }
  std::erase_if(sums, [](const Cell& cell) { return cell.volume == Volume{}; });
  return sums;
}

}  // namespace

Volume& Volume::operator+=(const Volume& other) {
  messages += other.messages;
  bytes += other.bytes;
  return *this;
}

std::optional<uint32_t> find_party(const Matrix& matrix, std::string_view name) {
  const auto place =
      std::lower_bound(matrix.parties.begin(), matrix.parties.end(), name,
                       [](const Party& party, std::string_view wanted) { return party.name < wanted; });
  if (place == matrix.parties.end() || place->name != name) return std::nullopt;
  return static_cast<uint32_t>(place - matrix.parties.begin());
}

Volume volume_of(const Matrix& matrix, uint32_t from, uint32_t to) {
  const auto place = std::lower_bound(matrix.cells.begin(), matrix.cells.end(), std::pair(from, to),
                                      [](const Cell& cell, const std::pair<uint32_t, uint32_t>& wanted) {
                                        return std::pair(cell.from, cell.to) < wanted;
                                      });
  if (place == matrix.cells.end() || place->from != from || place->to != to) return {};
  return place->volume;
}

void MatrixBuilder::add_party(std::string name, bool is_vm) {
  parties_.push_back({std::move(name), is_vm});
}

void MatrixBuilder::add(std::string_view from, std::string_view to, const Volume& volume) {
  counts_.push_back({std::string(from), std::string(to), volume});
}

void MatrixBuilder::add_missing(std::string name) {
  missing_.push_back(std::move(name));
}

Matrix MatrixBuilder::build() {
  Matrix matrix;
  matrix.parties = distinct(std::exchange(parties_, {}));
  std::vector<Cell> cells;
  for (const Count& count : counts_) {
    const auto from = find_party(matrix, count.from);
    const auto to = find_party(matrix, count.to);
    assert(from && to);
    cells.push_back({*from, *to, count.volume});
  }
  counts_.clear();
  matrix.cells = summed(std::move(cells));
  matrix.missing = std::exchange(missing_, {});
  sort_once(matrix.missing);
  return matrix;
}

}  // namespace attune::traffic
