// SPDX-License-Identifier: Apache-2.0
// Undo: what a run has changed, as the changes that put it back. The ledger keeps one for each run that goes
// on; History gathers the same from the journal, so that an interrupted run can be put back. What a call has
// found (a VM's address) is the world's and is not in it. Loop thread only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/system/change.h"
#include "runtime/system/system.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// The state that a run is in while it puts back what it has changed; no state of a diagram is called so.
inline constexpr std::string_view kUndoState = "[undo]";

struct Undo {
  // In the order in which the run changed things: put back from the last to the first. Of what was changed
  // twice only the first. What lifecycle a component had is kept too: what ran is started again, after all
  // else, where its placement is put back; where it was not moved, if the run `restarts`.
  std::vector<system::Change> changes;
  // The stub by which each machine was migrated last, and goes back.
  std::map<system::ComponentId, std::string> migrated_by;
  // Of a drawn reaction: what it has stopped is not left so. What a person has stopped by hand is.
  bool restarts = false;
  // It is being put back: what is changed now is not noted any more, but what is stopped for that.
  bool under_way = false;

  // The run has changed something; `back` is its inverse, taken before.
  void changed(const system::Change& done, std::optional<system::Change> back);
  // A call of the run's is to be made: a migration may change the placement, whatever becomes of it.
  void intended(const Call& call);
  // Somebody else has changed something: an attribute that he has set is his.
  void changed_by_other(const system::Change& done);

  // Takes out what is to be put back next, if anything is left: the last of what is no lifecycle; after these
  // the lifecycle of what is outermost.
  std::optional<system::Change> take_next(const system::System& system);

  // Whether there is anything to put back: as the system stands, or as it may turn out to stand.
  bool may_be_needed() const;
  bool is_needed(const system::System& system) const;
  // Whether that takes calls.
  bool needs_calls(const system::System& system) const;
  // What is to be put back, bindings at both of their ends.
  std::set<system::ComponentId> components() const;
  // Whether what the run has stopped, and not moved, is started again. What failed is left to who answers
  // that.
  bool is_restarted(const system::Component& component) const;
  // Whether the run has made the component.
  bool has_made(system::ComponentId component) const;

 private:
  void removed(system::Change back);
  template <class Is>
  bool has(system::ComponentId about, const Is& is) const;
  template <class Is>
  size_t erase(const Is& is);
  void forget_places();

  // Where in `changes` each component is mentioned: a first start changes ten thousand of them three times.
  // Covers the first `indexed_`; brought up to date when it is asked.
  mutable std::unordered_map<system::ComponentId, std::vector<size_t>> index_;
  mutable size_t indexed_ = 0;
};

// Whether the run has decided it; else a call of its has found it so, or it was somebody else.
bool is_own(const SystemChanged& changed);

// The component whose host this one shares: its outermost container, or itself.
system::ComponentId placed_as(const system::System& system, const system::Component& component);
// Whether the component's own placement is in the list, or that of what it lives in.
bool is_placement_of(const std::set<system::ComponentId>& placed, const system::System& system,
                     const system::Component& component);

}  // namespace attune::workflow
