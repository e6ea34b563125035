// SPDX-License-Identifier: Apache-2.0
// FlowBuilder: a diagram's states, regions and ways, as the engine follows them. What stands in them is built
// on the way; how they hang together is the flow check's matter. One thread at a time.
#pragma once

#include <map>
#include <string>

#include "dsl/action_builder.h"
#include "dsl/diagram_syntax.h"
#include "dsl/name_scope.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/diagram.h"

namespace attune::dsl {

class FlowBuilder {
 public:
  FlowBuilder(NameScope& scope, Diagnostics& found) : checker_(scope, found), actions_(scope, found) {}

  // Fills in the diagram's states and regions. A region without a way from [*] has no start.
  void build(const DiagramSyntax& syntax, model::Diagram& diagram);

 private:
  model::RegionIndex region_of(const std::string& parent);
  void add_state(const StateSyntax& syntax);
  void add_way(const TransitionSyntax& syntax);
  model::StateIndex add_point(model::RegionIndex region, model::State::Form form, const Place& place);
  model::StateIndex from_of(const TransitionSyntax& syntax, model::RegionIndex region);
  model::StateIndex to_of(const TransitionSyntax& syntax, model::RegionIndex region);
  model::Way way_of(const TransitionSyntax& syntax);

  ExpressionChecker checker_;
  ActionBuilder actions_;
  model::Diagram* diagram_ = nullptr;
  std::map<std::string, model::StateIndex> states_;
  std::map<std::string, model::RegionIndex> regions_;  // by the id of the composite, or of its part
  std::map<model::RegionIndex, model::StateIndex> ends_;
};

}  // namespace attune::dsl
