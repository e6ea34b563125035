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

Course Course::straight() {
  auto diagram = std::make_shared<model::Diagram>();
  model::State start;
  start.form = model::State::Form::kStart;
  start.id = "[*]";
  model::State end = start;
  end.form = model::State::Form::kEnd;
  model::Way way;
  way.to = 1;
  start.ways.push_back(std::move(way));
  diagram->states = {std::move(start), std::move(end)};
  diagram->regions.push_back({0, model::kNoState});
  return Course(std::move(diagram));
}

}  // namespace attune::workflow
