// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/rates.h"

#include <algorithm>
#include <tuple>

namespace attune::traffic {

namespace {

bool is_missing(const Matrix& matrix, const std::string& name) {
  return std::binary_search(matrix.missing.begin(), matrix.missing.end(), name);
}

}  // namespace

void RateSum::add(const Period& period, const Matrix& matrix) {
  from_ = to_ == 0 ? period.start : std::min(from_, period.start);
  to_ = std::max(to_, period.end());
  std::vector<Seen*> seen_by;  // for each party
  for (const Party& party : matrix.parties) {
    seen_by.push_back(nullptr);
    if (!party.is_vm) continue;
    Receiver& receiver = receivers_[party.name];
    seen_by.back() = is_missing(matrix, party.name) ? &receiver.counted : &receiver.known;
    seen_by.back()->seconds += static_cast<double>(period.seconds);
  }
  for (const Cell& cell : matrix.cells) {
    const Party& from = matrix.parties[cell.from];
    if (from.is_vm && seen_by[cell.to] != nullptr && cell.from != cell.to)
      seen_by[cell.to]->sent[from.name] += cell.volume;
  }
}

Rates RateSum::build() {
  Rates rates{.from = from_, .to = to_};
  for (const auto& [name, receiver] : receivers_) {
    const Seen& seen = receiver.known.seconds > 0 ? receiver.known : receiver.counted;
    for (const auto& [from, volume] : seen.sent)
      rates.pairs.push_back({from, name, {volume.messages / seen.seconds, volume.bytes / seen.seconds}});
  }
  std::sort(rates.pairs.begin(), rates.pairs.end(),
            [](const Rate& a, const Rate& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
  *this = {};
  return rates;
}

}  // namespace attune::traffic
