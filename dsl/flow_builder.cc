// SPDX-License-Identifier: Apache-2.0
#include "dsl/flow_builder.h"

#include <utility>

namespace attune::dsl {

namespace {

using model::State;
using model::Way;

State::Form form_of(StateSyntax::Kind kind) {
  switch (kind) {
    case StateSyntax::Kind::kChoice:
      return State::Form::kChoice;
    case StateSyntax::Kind::kFork:
      return State::Form::kFork;
    case StateSyntax::Kind::kJoin:
      return State::Form::kJoin;
    case StateSyntax::Kind::kComposite:
      return State::Form::kComposite;
    default:
      return State::Form::kSimple;
  }
}

}  // namespace

void FlowBuilder::build(const DiagramSyntax& syntax, model::Diagram& diagram) {
  diagram_ = &diagram;
  diagram.regions.emplace_back();
  regions_[""] = 0;
  for (const StateSyntax& state : syntax.states) add_state(state);
  for (const TransitionSyntax& transition : syntax.transitions) add_way(transition);
}

// A composite state's own, made when it is first asked for; its parts have one each.
model::RegionIndex FlowBuilder::region_of(const std::string& parent) {
  const auto [at, is_new] =
      regions_.try_emplace(parent, static_cast<model::RegionIndex>(diagram_->regions.size()));
  if (!is_new) return at->second;
  const model::StateIndex owner = states_.at(parent);
  diagram_->regions.push_back({model::kNoState, owner});
  diagram_->states[owner].regions.push_back(at->second);
  return at->second;
}

void FlowBuilder::add_state(const StateSyntax& syntax) {
  if (syntax.kind == StateSyntax::Kind::kRegion) {
    states_[syntax.id] = states_.at(syntax.parent);
    region_of(syntax.id);
    return;
  }
  State state;
  state.form = form_of(syntax.kind);
  state.id = syntax.id;
  state.place = syntax.place;
  state.parent = region_of(syntax.parent);
  for (const Description& description : syntax.descriptions) {
    if (auto action = actions_.build(description)) state.actions.push_back(*std::move(action));
  }
  states_[syntax.id] = static_cast<model::StateIndex>(diagram_->states.size());
  diagram_->states.push_back(std::move(state));
}

model::StateIndex FlowBuilder::add_point(model::RegionIndex region, State::Form form, const Place& place) {
  State point;
  point.form = form;
  point.id = kPoint;
  point.parent = region;
  point.place = place;
  diagram_->states.push_back(std::move(point));
  return static_cast<model::StateIndex>(diagram_->states.size() - 1);
}

model::StateIndex FlowBuilder::from_of(const TransitionSyntax& syntax, model::RegionIndex region) {
  if (syntax.from.text != kPoint) return states_.at(syntax.from.text);
  if (diagram_->regions[region].start == model::kNoState) {
    const model::StateIndex start = add_point(region, State::Form::kStart, syntax.from.place);
    diagram_->regions[region].start = start;
  }
  return diagram_->regions[region].start;
}

model::StateIndex FlowBuilder::to_of(const TransitionSyntax& syntax, model::RegionIndex region) {
  if (syntax.to.text != kPoint) return states_.at(syntax.to.text);
  const auto end = ends_.find(region);
  if (end != ends_.end()) return end->second;
  return ends_[region] = add_point(region, State::Form::kEnd, syntax.to.place);
}

void FlowBuilder::add_way(const TransitionSyntax& syntax) {
  const model::RegionIndex region = region_of(syntax.parent);
  Way way = way_of(syntax);
  way.to = to_of(syntax, region);
  const model::StateIndex from = from_of(syntax, region);
  diagram_->states[from].ways.push_back(std::move(way));
}

Way FlowBuilder::way_of(const TransitionSyntax& syntax) {
  Way way;
  way.label = syntax.label.text;
  way.place = syntax.label.text.empty() ? syntax.from.place : syntax.label.place;
  if (!syntax.meaning) return way;
  const LabelSyntax& meaning = *syntax.meaning;
  way.on = meaning.on == LabelSyntax::On::kError   ? Way::On::kError
           : meaning.on == LabelSyntax::On::kAfter ? Way::On::kAfter
                                                   : Way::On::kDone;
  way.after = meaning.after;
  way.otherwise = meaning.otherwise;
  way.guard = meaning.guard;
  if (way.guard) checker_.check_condition(*way.guard);
  return way;
}

}  // namespace attune::dsl
