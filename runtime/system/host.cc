// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/host.h"

#include "runtime/model/state_names.h"

namespace attune::system {

std::string_view name_of(HostState state) {
  return model::kHostStates[static_cast<size_t>(state)];
}

void Load::add(Instant at, model::Percent cpu) {
  while (!samples_.empty() && samples_.front().first + kWindow < at) samples_.pop_front();
  samples_.emplace_back(at, cpu.value);
}

std::optional<model::Percent> Load::mean(Instant now) const {
  double sum = 0;
  size_t count = 0;
  for (const auto& [at, cpu] : samples_) {
    if (at + kWindow < now) continue;
    sum += cpu;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return model::Percent{sum / static_cast<double>(count)};
}

}  // namespace attune::system
