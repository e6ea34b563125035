// SPDX-License-Identifier: Apache-2.0
#include "dsl/variable_flow.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "dsl/action_parts.h"

namespace attune::dsl {

namespace {

using model::Expression;
using model::State;
using model::StateIndex;
using model::Way;

using Bits = std::vector<bool>;  // by variable

void unite(Bits& a, const Bits& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = a[i] || b[i];
}
void intersect(Bits& a, const Bits& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = a[i] && b[i];
}

class VariableFlow {
 public:
  VariableFlow(const model::Diagram& diagram, Diagnostics& found) : diagram_(diagram), found_(found) {
    for (const State& state : diagram.states) {
      for (const model::Action& action : state.actions) {
        if (const std::string& name = variable_set_by(action); !name.empty())
          index_.try_emplace(name, index_.size());
      }
    }
    incoming_.resize(diagram.states.size());
    for (StateIndex from = 0; from < diagram.states.size(); ++from) {
      for (const Way& way : diagram.states[from].ways) incoming_[way.to].push_back({from, &way});
    }
  }

  void run() {
    if (index_.empty()) return;
    may_.assign(diagram_.states.size(), Bits(index_.size(), false));
    must_.assign(diagram_.states.size(), Bits(index_.size(), true));
    find_branches();
    while (go_round()) {
    }
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) read_all(at);
  }

 private:
  struct Incoming {
    StateIndex from = model::kNoState;
    const Way* way = nullptr;
  };

  // One pass over all states; whether anything became known.
  bool go_round() {
    bool changed = false;
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      const State& state = diagram_.states[at];
      Bits may(index_.size(), false);
      Bits must(index_.size(), true);
      const StateIndex owner = diagram_.regions[state.parent].owner;
      if (state.form == State::Form::kStart) {
        may = owner == model::kNoState ? may : may_[owner];
        must = owner == model::kNoState ? may : must_[owner];
      }
      for (const Incoming& in : incoming_[at]) {
        unite(may, leaving(in, may_));
        intersect(must, leaving(in, must_));
      }
      if (state.form == State::Form::kJoin) must = joined(at);
      changed = changed || may != may_[at] || must != must_[at];
      may_[at] = std::move(may);
      must_[at] = std::move(must);
    }
    return changed;
  }

  // What is set when the way is taken; where it is not left in good order, its actions may not have been
  // done.
  Bits leaving(const Incoming& in, const std::vector<Bits>& before) const {
    const State& state = diagram_.states[in.from];
    Bits set = before[in.from];
    if (in.way->on != Way::On::kDone && &before == &must_) return set;
    for (const model::Action& action : state.actions) {
      if (const std::string& name = variable_set_by(action); !name.empty()) set[index_.at(name)] = true;
    }
    for (const model::RegionIndex region : state.regions) {
      for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
        const State& inner = diagram_.states[at];
        const bool is_end = inner.parent == region && inner.form == State::Form::kEnd;
        if (is_end || (inner.parent == region && &before == &may_)) unite(set, before[at]);
      }
    }
    return set;
  }

  // A join is passed when all branches have come: what one of them has set is set.
  Bits joined(StateIndex join) const {
    Bits set(index_.size(), false);
    for (const auto& [branch, reached] : branches_) {
      Bits of_branch(index_.size(), true);
      bool comes = false;
      for (const Incoming& in : incoming_[join]) {
        if (!reached[in.from]) continue;
        intersect(of_branch, leaving(in, must_));
        comes = true;
      }
      if (comes) unite(set, of_branch);
    }
    return set;
  }

  // The ways of forks, with what each leads to.
  void find_branches() {
    for (const State& state : diagram_.states) {
      if (state.form != State::Form::kFork) continue;
      for (const Way& way : state.ways) {
        if (way.on != Way::On::kDone) continue;
        Bits& reached = branches_[&way];
        reached.assign(diagram_.states.size(), false);
        std::vector<StateIndex> open{way.to};
        while (!open.empty()) {
          const StateIndex at = open.back();
          open.pop_back();
          if (reached[at]) continue;
          reached[at] = true;
          // Beyond a join the branches are one again.
          if (diagram_.states[at].form == State::Form::kJoin) continue;
          for (const Way& next : diagram_.states[at].ways) open.push_back(next.to);
        }
      }
    }
  }

  // --- who reads what ---

  void read_all(StateIndex at) {
    Bits may = may_[at];
    Bits must = must_[at];
    for (const model::Action& action : diagram_.states[at].actions) {
      each_expression(action, [&](const Expression& e) { read(e, may, must); });
      if (const std::string& name = variable_set_by(action); !name.empty())
        may[index_.at(name)] = must[index_.at(name)] = true;
    }
    for (const Way& way : diagram_.states[at].ways) {
      const Incoming out{at, &way};
      if (way.guard) read(*way.guard, leaving(out, may_), leaving(out, must_));
    }
  }

  void read(const Expression& e, const Bits& may, const Bits& must) {
    for (const Expression& operand : e.operands) read(operand, may, must);
    if (e.form != Expression::Form::kName || e.meaning != Expression::Meaning::kVariable) return;
    const auto index = index_.find(e.name);
    if (index == index_.end() || must[index->second] || told_.contains(e.name)) return;
    told_[e.name] = true;
    if (may[index->second]) {
      found_.warning("maybe-unset", e.place, fmt::format("not every way to here sets '{}'", e.name),
                     "set it before the ways part; where it is not set, the run fails");
    } else {
      found_.error("unset", e.place, fmt::format("no way to here sets '{}'", e.name),
                   "set it before it is read");
    }
  }

  const model::Diagram& diagram_;
  Diagnostics& found_;
  std::map<std::string, size_t> index_;
  std::vector<std::vector<Incoming>> incoming_;
  std::map<const Way*, Bits> branches_;  // by state
  std::vector<Bits> may_, must_;         // by state: what is set when it is entered
  std::map<std::string, bool> told_;
};

}  // namespace

void check_variable_flow(const model::Diagram& diagram, Diagnostics& found) {
  VariableFlow(diagram, found).run();
}

}  // namespace attune::dsl
