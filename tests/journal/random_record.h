// SPDX-License-Identifier: Apache-2.0
// RandomRecord: records of every kind with fields of every shape, the same from the same seed. For tests.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "runtime/workflow/checkpoint.h"
#include "runtime/workflow/record.h"

namespace attune::journal {

class RandomRecord {
 public:
  explicit RandomRecord(uint32_t seed) : random_(seed) {}

  static constexpr size_t kKinds = std::variant_size_v<decltype(workflow::Record::what)>;

  workflow::Record make(uint64_t sequence, size_t kind);
  workflow::Record make(uint64_t sequence) { return make(sequence, below(kKinds)); }
  workflow::Checkpoint checkpoint();  // nothing in it need fit anything

 private:
  uint64_t below(uint64_t bound) { return std::uniform_int_distribution<uint64_t>(0, bound - 1)(random_); }
  uint64_t number() { return below(4) == 0 ? UINT64_MAX - below(3) : below(1000); }
  uint32_t id() { return below(4) == 0 ? UINT32_MAX : static_cast<uint32_t>(below(1000)); }
  std::string text();
  std::vector<std::pair<std::string, std::string>> pairs();
  model::Value value(int depth = 0);
  system::Change change();
  workflow::CallOutcome outcome();
  workflow::Call call();
  void decide(workflow::Record& made, size_t kind);
  void act(workflow::Record& made, size_t kind);

  std::mt19937 random_;
};

}  // namespace attune::journal
