// SPDX-License-Identifier: Apache-2.0
// FlowGraph: the states of a diagram and every step that a run may take between them, into composite states
// and out of them too. What checks look for paths in. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

class FlowGraph {
 public:
  // Without a transition: into a composite state.
  struct Step {
    model::StateIndex from = model::kNoState, to = model::kNoState;
    const model::Way* way = nullptr;
  };

  // The diagram's flow has been checked and has no errors; it must outlive this.
  explicit FlowGraph(const model::Diagram& diagram);

  const model::Diagram& diagram() const { return diagram_; }
  const std::vector<Step>& from(model::StateIndex state) const { return from_[state]; }
  // Whether the run has ended well there.
  bool is_end(model::StateIndex state) const;

  // Of a fork, or of a composite state with several parts: the states of each branch, up to the join where
  // they are one again, or the end of the composite state.
  std::vector<std::vector<model::StateIndex>> branches(model::StateIndex at) const;

  // The states from `start` to one of `goal` by the fewest steps that `may_take` lets pass, both among them;
  // empty where there are none. `start` itself is a goal only when the path comes back to it.
  using May = std::function<bool(const Step&)>;
  using Goal = std::function<bool(model::StateIndex)>;
  std::vector<model::StateIndex> path(model::StateIndex start, const May& may_take, const Goal& goal) const;

  // The circles of what `may_take` lets pass: a number for each state, the same for those that lead to each
  // other; kNone for a state that lies on no way back to itself.
  static constexpr size_t kNone = SIZE_MAX;
  std::vector<size_t> circles(const May& may_take) const;

  // For a finding: the states as a person calls them.
  std::vector<Waypoint> waypoints(const std::vector<model::StateIndex>& path) const;

 private:
  void add_inner(model::StateIndex composite, const model::Way& way);
  std::vector<model::StateIndex> branch(model::StateIndex start, model::RegionIndex region) const;
  bool is_within(model::StateIndex at, model::RegionIndex region) const;

  const model::Diagram& diagram_;
  std::vector<std::vector<Step>> from_;  // by state
};

}  // namespace attune::dsl
