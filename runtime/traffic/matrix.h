// SPDX-License-Identifier: Apache-2.0
// Matrix: who sent how much to whom in a span of time, as far as it is known. The collector joins one for
// each period from what the sensors counted; queries make others of these (a mean, a weighted sum); groups,
// exports and placement read them. A plain value: sorted, sparse, equal where its contents are. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attune::traffic {

// Aligned to the wall clock: the start, in seconds since 1970, is a multiple of the length.
struct Period {
  int64_t start = 0;
  int64_t seconds = 30;

  int64_t end() const { return start + seconds; }
  auto operator<=>(const Period&) const = default;
};

// Whole numbers in a single period; fractions in a mean or an estimate.
struct Volume {
  double messages = 0;
  double bytes = 0;  // of IP packets, or of frames without their Ethernet header

  Volume& operator+=(const Volume& other);
  bool operator==(const Volume&) const = default;
};

// A virtual machine by its component's name, or an address that is nobody's.
struct Party {
  std::string name;
  bool is_vm = true;

  auto operator<=>(const Party&) const = default;
};

// Places in Matrix::parties.
struct Cell {
  uint32_t from = 0;
  uint32_t to = 0;
  Volume volume;

  bool operator==(const Cell&) const = default;
};

struct Matrix {
  std::vector<Party> parties;  // sorted by name, each once
  std::vector<Cell> cells;     // sorted by (from, to), each pair once, none empty

  // Machines of which not all that reached them is known; sorted. Their columns are too small, or an
  // estimate.
  std::vector<std::string> missing;
  // Those of `missing` whose columns were estimated from an earlier period; sorted.
  std::vector<std::string> estimated;

  bool operator==(const Matrix&) const = default;
};

// A matrix and the time that it is of, as it is given to who asks and to exports.
struct PeriodMatrix {
  Period period;
  Matrix matrix;
};

std::optional<uint32_t> find_party(const Matrix& matrix, std::string_view name);
// Nothing where the pair has no cell.
Volume volume_of(const Matrix& matrix, uint32_t from, uint32_t to);

// Gathers what was counted, in any order, into a matrix.
class MatrixBuilder {
 public:
  // A party without any traffic is in the matrix too. Whoever is added as a machine once is one.
  void add_party(std::string name, bool is_vm);
  // Adds to what the pair has; the parties must have been added.
  void add(std::string_view from, std::string_view to, const Volume& volume);
  void add_missing(std::string name);

  // Leaves the builder empty.
  Matrix build();

 private:
  struct Count {
    std::string from;
    std::string to;
    Volume volume;
  };

  std::vector<Party> parties_;
  std::vector<Count> counts_;
  std::vector<std::string> missing_;
};

}  // namespace attune::traffic
