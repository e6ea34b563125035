// SPDX-License-Identifier: Apache-2.0
// Heuristics: the published ones, written after A. Beloglazov and R. Buyya, "Optimal online deterministic
// algorithms and adaptive heuristics for energy and performance efficient dynamic consolidation of virtual
// machines in cloud data centers" (2012), with what CloudSim 4.0 does where the paper leaves it open: when a
// host is overloaded (THR, IQR, MAD, LR), which VMs leave it (MMT), where they go (PABFD), and which hosts
// are emptied. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "tests/bench/planetlab/world.h"

namespace attune::planetlab {

enum class Detector { kThr, kIqr, kMad, kLr };
std::optional<Detector> find_detector(std::string_view name);  // thr, iqr, mad, lr

// With the parameter of the published results: 0.8, 1.5, 2.5, 1.2.
std::unique_ptr<Policy> heuristic(Detector detector);

// --- its parts ---
// Minimum migration time: of these, the first with the least memory; kNowhere of none.
Index select_mmt(const World& world, const std::vector<Index>& vms);
// Whether a host with these VMs is overloaded.
bool is_overloaded(const World& world, Index host, const std::vector<Index>& vms, Detector detector);

}  // namespace attune::planetlab
