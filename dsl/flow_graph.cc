// SPDX-License-Identifier: Apache-2.0
#include "dsl/flow_graph.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace attune::dsl {

using model::RegionIndex;
using model::State;
using model::StateIndex;
using model::Way;

namespace {

bool has_error_way(const State& state) {
  return std::any_of(state.ways.begin(), state.ways.end(),
                     [](const Way& way) { return way.on == Way::On::kError; });
}

}  // namespace

FlowGraph::FlowGraph(const model::Diagram& diagram) : diagram_(diagram), from_(diagram.states.size()) {
  for (StateIndex at = 0; at < diagram.states.size(); ++at) {
    const State& state = diagram.states[at];
    if (state.form == State::Form::kComposite) {
      for (const RegionIndex region : state.regions) from_[at].push_back({at, diagram.regions[region].start});
      for (const Way& way : state.ways) add_inner(at, way);
    } else {
      for (const Way& way : state.ways) from_[at].push_back({at, way.to, &way});
    }
  }
}

bool FlowGraph::is_end(StateIndex state) const {
  return diagram_.states[state].form == State::Form::kEnd && diagram_.states[state].parent == 0;
}

// The transition of a composite state, from where it is taken: from the ends inside it when all went well,
// from the states whose failure nobody inside answers, or, after a time, from any.
void FlowGraph::add_inner(StateIndex composite, const Way& way) {
  const auto& regions = diagram_.states[composite].regions;
  for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
    const State& state = diagram_.states[at];
    if (std::find(regions.begin(), regions.end(), state.parent) == regions.end()) continue;
    if (way.on == Way::On::kDone) {
      if (state.form == State::Form::kEnd) from_[at].push_back({at, way.to, &way});
    } else if (way.on == Way::On::kError && has_error_way(state)) {
      continue;
    } else if (state.form == State::Form::kComposite) {
      add_inner(at, way);
    } else if (way.on == Way::On::kAfter || !state.actions.empty()) {
      from_[at].push_back({at, way.to, &way});
    }
  }
}

bool FlowGraph::is_within(StateIndex at, RegionIndex region) const {
  RegionIndex own = diagram_.states[at].parent;
  while (own != region && diagram_.regions[own].owner != model::kNoState)
    own = diagram_.states[diagram_.regions[own].owner].parent;
  return own == region;
}

// Within the region, and not through the join that ends it: one behind a fork on the way ends that one.
std::vector<StateIndex> FlowGraph::branch(StateIndex start, RegionIndex region) const {
  std::vector<bool> reached(from_.size());
  std::vector<std::pair<StateIndex, size_t>> open{{start, 0}};  // with the forks that are open there
  std::vector<StateIndex> states;
  while (!open.empty()) {
    auto [at, forks] = open.back();
    open.pop_back();
    if (reached[at] || !is_within(at, region)) continue;
    if (diagram_.states[at].form == State::Form::kJoin && forks == 0) continue;
    if (diagram_.states[at].form == State::Form::kJoin) --forks;
    if (diagram_.states[at].form == State::Form::kFork) ++forks;
    reached[at] = true;
    states.push_back(at);
    for (const Step& step : from_[at]) open.emplace_back(step.to, forks);
  }
  return states;
}

std::vector<std::vector<StateIndex>> FlowGraph::branches(StateIndex at) const {
  const State& state = diagram_.states[at];
  std::vector<std::vector<StateIndex>> all;
  if (state.form == State::Form::kFork) {
    for (const Way& way : state.ways) {
      if (way.on == Way::On::kDone) all.push_back(branch(way.to, state.parent));
    }
  }
  if (state.form == State::Form::kComposite && state.regions.size() > 1) {
    for (const RegionIndex region : state.regions)
      all.push_back(branch(diagram_.regions[region].start, region));
  }
  return all;
}

std::vector<StateIndex> FlowGraph::path(StateIndex start, const May& may_take, const Goal& goal) const {
  std::vector<StateIndex> before(from_.size(), model::kNoState);
  std::deque<StateIndex> open{start};
  while (!open.empty()) {
    const StateIndex at = open.front();
    open.pop_front();
    for (const Step& step : from_[at]) {
      if (before[step.to] != model::kNoState || !may_take(step)) continue;
      before[step.to] = at;
      if (!goal(step.to)) {
        open.push_back(step.to);
        continue;
      }
      std::vector<StateIndex> path{step.to};
      for (StateIndex one = at; one != start; one = before[one]) path.push_back(one);
      path.push_back(start);
      std::reverse(path.begin(), path.end());
      return path;
    }
  }
  return {};
}

std::vector<size_t> FlowGraph::circles(const May& may_take) const {
  boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS> graph(from_.size());
  std::vector<bool> leads_to_itself(from_.size());
  for (const auto& steps : from_) {
    for (const Step& step : steps) {
      if (!may_take(step)) continue;
      boost::add_edge(step.from, step.to, graph);
      if (step.from == step.to) leads_to_itself[step.from] = true;
    }
  }
  std::vector<size_t> circle(from_.size());
  const size_t count = boost::strong_components(
      graph, boost::make_iterator_property_map(circle.begin(), boost::get(boost::vertex_index, graph)));
  std::vector<size_t> size(count);
  for (const size_t one : circle) ++size[one];
  for (StateIndex at = 0; at < circle.size(); ++at) {
    if (size[circle[at]] == 1 && !leads_to_itself[at]) circle[at] = kNone;
  }
  return circle;
}

std::vector<Waypoint> FlowGraph::waypoints(const std::vector<StateIndex>& path) const {
  std::vector<Waypoint> points;
  for (const StateIndex at : path) points.push_back({diagram_.states[at].place, diagram_.states[at].id});
  return points;
}

}  // namespace attune::dsl
