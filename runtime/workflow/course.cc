// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/course.h"

#include <utility>

namespace attune::workflow {

Course::Course(std::shared_ptr<const model::Diagram> diagram) : diagram_(std::move(diagram)) {
  const auto& states = diagram_->states;
  leads_.assign(states.size(), std::vector<bool>(states.size()));
  for (model::StateIndex from = 0; from < states.size(); ++from) {
    std::vector<model::StateIndex> open{from};
    while (!open.empty()) {
      const model::StateIndex at = open.back();
      open.pop_back();
      for (const model::Way& way : states[at].ways) {
        if (leads_[from][way.to]) continue;
        leads_[from][way.to] = true;
        open.push_back(way.to);
      }
    }
  }
}

Course::Course(const model::Diagram& diagram)
    : Course(std::shared_ptr<const model::Diagram>(std::shared_ptr<void>(), &diagram)) {}

namespace {

// Each state leads to the next.
Course line_of(std::vector<model::State> states) {
  auto diagram = std::make_shared<model::Diagram>();
  states.front().form = model::State::Form::kStart;
  states.back().form = model::State::Form::kEnd;
  states.front().id = states.back().id = "[*]";
  for (model::StateIndex next = 1; next < states.size(); ++next) {
    model::Way way;
    way.to = next;
    states[next - 1].ways.push_back(std::move(way));
  }
  diagram->states = std::move(states);
  diagram->regions.push_back({0, model::kNoState});
  return Course(std::shared_ptr<const model::Diagram>(std::move(diagram)));
}

}  // namespace

Course Course::straight() {
  return line_of(std::vector<model::State>(2));
}

Course Course::of(model::Action action) {
  std::vector<model::State> states(3);
  states[1].id = action.text;
  states[1].actions.push_back(std::move(action));
  return line_of(std::move(states));
}

}  // namespace attune::workflow
