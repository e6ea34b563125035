// SPDX-License-Identifier: Apache-2.0
// Quotas: how many runs may go on at once: of a diagram, about components of a class or on a host, in all. A
// run takes its slots one after the other in the order of their kinds, and keeps those that it has while it
// waits for the next: so none is passed by for ever, and no two wait for each other. Loop thread only.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "runtime/workflow/locks.h"

namespace attune::workflow {

// A slot that a run needs, among so many of its kind.
struct Slot {
  enum class Kind { kDiagram, kClass, kHost, kAll };
  Kind kind = Kind::kAll;
  uint32_t of = 0;  // the reaction's index, the class's, the host's id
  uint32_t limit = 0;
  friend bool operator==(const Slot&, const Slot&) = default;
};

class Quotas {
 public:
  // Takes all the slots, or waits for the one that it gives: then to be asked again when the run is among
  // those that may go. `slots` are in the order of their kinds. Into `may_go` come runs to ask again.
  std::optional<Slot> take(const Turn& turn, const std::vector<Slot>& slots, std::set<Turn>& may_go);
  // Gives back all that the run has, and waits no more.
  void leave(RunId run, std::set<Turn>& may_go);
  std::optional<Slot> waits_for(RunId run) const;
  // What a run that came now would wait for.
  std::optional<Slot> lacks(const std::vector<Slot>& slots) const;

 private:
  using Key = std::pair<Slot::Kind, uint32_t>;
  struct Quota {
    uint32_t used = 0;
    uint32_t limit = 0;
    std::set<Turn> waiting;
  };
  struct Standing {
    Turn turn;
    std::vector<Slot> slots;
    size_t has = 0;  // of them, from the front; it waits for the next
  };

  static Key key_of(const Slot& slot) { return {slot.kind, slot.of}; }
  static void offer(const Quota& quota, std::set<Turn>& may_go);

  std::map<Key, Quota> quotas_;
  std::unordered_map<RunId, Standing> standings_;
};

}  // namespace attune::workflow
