// SPDX-License-Identifier: Apache-2.0
// order_moves: from where the VMs are to where they are to be, in steps whose moves go on in parallel.
// Follows the searches. At any moment, in whichever order a step's moves end, no host has more than its
// capacity (a moving VM counts on both) and no hard apart is broken that is not broken before or in the end;
// hard together holds in the end. Pure; any thread.
#pragma once

#include <vector>

#include "runtime/placement/problem.h"

namespace attune::placement {

enum class MoveKind { kStart, kMove, kDetour };  // to be booted; to its place; to a temporary one
std::string_view name_of(MoveKind kind);

struct Move {
  MoveKind kind = MoveKind::kMove;
  Index vm = kNowhere, from = kNowhere, to = kNowhere;
  Migration predicted;  // with what it shares its link with
};
using Step = std::vector<Move>;

// So many migrations share a host, or the link of two sites, at a time.
inline constexpr size_t kMovesPerHost = 2, kMovesPerLink = 4;

struct Sequence {
  std::vector<Step> steps;
  std::vector<Index> stuck;  // VMs that did not come to their place: there was no room on the way
};

// With `in_turn` one migration at a time.
Sequence order_moves(const Problem& problem, const std::vector<Index>& places, bool in_turn);

}  // namespace attune::placement
