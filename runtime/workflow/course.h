// SPDX-License-Identifier: Apache-2.0
// Course: a diagram as runs follow it, with what was worked out of it once: from where which join can still
// be reached. Immutable; any thread.
#pragma once

#include <memory>
#include <vector>

#include "runtime/model/diagram.h"

namespace attune::workflow {

class Course {
 public:
  // The diagram is kept as long as it is shared, or must outlive the course.
  explicit Course(std::shared_ptr<const model::Diagram> diagram);
  explicit Course(const model::Diagram& diagram);
  // From [*] straight to [*]: for runs that only have errands.
  static Course straight();
  // From [*] by way of this one action to [*].
  static Course of(model::Action action);

  const model::Diagram& diagram() const { return *diagram_; }
  const model::State& state(model::StateIndex index) const { return diagram_->states[index]; }
  const model::Region& region(model::RegionIndex index) const { return diagram_->regions[index]; }

  // Whether a flow that stands in `from` can come to `to` by ways of its own region.
  bool leads(model::StateIndex from, model::StateIndex to) const { return leads_[from][to]; }

 private:
  std::shared_ptr<const model::Diagram> diagram_;
  std::vector<std::vector<bool>> leads_;
};

}  // namespace attune::workflow
