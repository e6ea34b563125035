// SPDX-License-Identifier: Apache-2.0
#include "dsl/flow_check.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

using model::Diagram;
using model::RegionIndex;
using model::State;
using model::StateIndex;
using model::Way;
using On = model::Way::On;
using Marks = std::vector<bool>;  // by state

std::string_view word_of(State::Form form) {
  switch (form) {
    case State::Form::kStart:
      return "[*]";
    case State::Form::kChoice:
      return "choice";
    case State::Form::kFork:
      return "fork";
    case State::Form::kJoin:
      return "join";
    case State::Form::kComposite:
      return "composite state";
    default:
      return "state";
  }
}

// A junction only leads on: nothing is done in it.
bool is_junction(const State& state) {
  return state.form == State::Form::kStart || state.form == State::Form::kChoice ||
         state.form == State::Form::kJoin;
}

bool is_unconditional(const Way& way) {
  return way.on == On::kDone && !way.guard;
}

size_t count(const State& state, bool (*matches)(const Way&)) {
  return static_cast<size_t>(std::count_if(state.ways.begin(), state.ways.end(), matches));
}

class Checker {
 public:
  Checker(const Diagram& diagram, Diagnostics& found) : diagram_(diagram), found_(found) {
    backwards_.resize(diagram.states.size());
    for (StateIndex from = 0; from < diagram.states.size(); ++from) {
      for (const Way& way : diagram.states[from].ways) backwards_[way.to].push_back(from);
    }
  }

  void run() {
    for (RegionIndex region = 0; region < diagram_.regions.size(); ++region) check_region(region);
  }

 private:
  void tell(std::string_view code, const Place& place, std::string message, std::string hint = {}) {
    found_.error(code, place, std::move(message), std::move(hint));
  }

  // --- reached, and ended ---

  void check_region(RegionIndex index) {
    const model::Region& region = diagram_.regions[index];
    const State* owner = region.owner == model::kNoState ? nullptr : &diagram_.states[region.owner];
    if (region.start == model::kNoState) {
      tell("no-start", owner == nullptr ? diagram_.place : owner->place,
           owner == nullptr ? std::string("nothing says where the run begins")
                            : fmt::format("nothing says where '{}' begins", owner->id),
           "write '[*] --> state' for the first state");
      return;
    }
    const Marks reached = reached_from(region.start);
    tell_unreachable(index, reached);
    Marks ended(diagram_.states.size());
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      const State& state = diagram_.states[at];
      if (state.parent != index) continue;
      if (!reached[at]) continue;
      check_ways(state);
      if (state.form == State::Form::kEnd || is_dead_end(state)) mark_back(at, ended);
      if (state.form == State::Form::kJoin) check_join(at);
    }
    const bool may_be_endless =
        owner != nullptr && std::any_of(owner->ways.begin(), owner->ways.end(),
                                        [](const Way& way) { return way.on == On::kAfter; });
    if (!may_be_endless) check_ended(index, reached, ended);
  }

  // The first of those that lead to each other.
  void tell_unreachable(RegionIndex index, const Marks& reached) {
    Marks told = reached;
    for (const bool only_first : {true, false}) {
      for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
        const State& state = diagram_.states[at];
        const auto& before = backwards_[at];
        const bool is_led_to =
            std::any_of(before.begin(), before.end(), [&](StateIndex one) { return one != at; });
        if (state.parent != index || told[at] || (only_first && is_led_to)) continue;
        const Marks behind = reached_from(at);
        for (StateIndex one = 0; one < told.size(); ++one) told[one] = told[one] || behind[one];
        if (state.form != State::Form::kEnd)
          tell("unreachable", state.place, fmt::format("nothing leads to '{}'", state.id),
               fmt::format("lead to it: state --> {}, or remove it", state.id));
      }
    }
  }

  void check_ended(RegionIndex index, const Marks& reached, const Marks& ended) {
    for (StateIndex at = 0; at < diagram_.states.size(); ++at) {
      const State& state = diagram_.states[at];
      if (state.parent != index || !reached[at] || ended[at] || state.form == State::Form::kStart) continue;
      return tell("endless", state.place,
                  fmt::format("from '{}' no way leads to [*]: the run would never end", state.id),
                  "lead out of the circle; what is to be done again and again is an event's, or a timer's "
                  "(every: 10min)");
    }
  }

  Marks reached_from(StateIndex start) const {
    Marks marks(diagram_.states.size());
    std::vector<StateIndex> open{start};
    marks[start] = true;
    while (!open.empty()) {
      const StateIndex at = open.back();
      open.pop_back();
      for (const Way& way : diagram_.states[at].ways) {
        if (!marks[way.to]) open.push_back(way.to);
        marks[way.to] = true;
      }
    }
    return marks;
  }

  void mark_back(StateIndex from, Marks& marks) const {
    std::vector<StateIndex> open{from};
    marks[from] = true;
    while (!open.empty()) {
      const StateIndex at = open.back();
      open.pop_back();
      for (const StateIndex before : backwards_[at]) {
        if (!marks[before]) open.push_back(before);
        marks[before] = true;
      }
    }
  }

  // Whether all is done there and no way leads on: then the run fails.
  static bool is_dead_end(const State& state) {
    return state.form != State::Form::kEnd &&
           std::none_of(state.ways.begin(), state.ways.end(),
                        [](const Way& way) { return way.on != On::kError; });
  }

  void check_join(StateIndex join) {
    Marks before(diagram_.states.size());
    mark_back(join, before);
    bool has_fork = false;
    for (StateIndex at = 0; at < diagram_.states.size(); ++at)
      has_fork = has_fork || (before[at] && diagram_.states[at].form == State::Form::kFork);
    const State& state = diagram_.states[join];
    if (!has_fork)
      tell("join-without-fork", state.place,
           fmt::format("nothing that leads to the join '{}' was forked", state.id),
           "a join waits for the branches of a <<fork>>; let ways meet in a plain state");
    else if (backwards_[join].size() == 1)
      tell("join-of-one", state.place, fmt::format("the join '{}' waits for one branch only", state.id),
           "lead the other branches to it, or leave it out");
  }

  // --- the ways of one state ---

  void check_ways(const State& state) {
    if (state.form == State::Form::kEnd) return;
    if (is_dead_end(state)) tell_dead_end(state);
    if (state.form == State::Form::kFork) {
      check_fork(state);
    } else {
      check_unconditional(state);
    }
    check_error_ways(state);
    check_after_ways(state);
  }

  void tell_dead_end(const State& state) {
    if (state.form == State::Form::kStart) return;
    const bool only_errors = !state.ways.empty();
    tell("dead-end", state.place,
         fmt::format("no way leads on from '{}'{}", state.id, only_errors ? " when all went well" : ""),
         fmt::format("where the flow ends, write {} --> [*]", state.id));
  }

  void check_fork(const State& state) {
    const size_t branches = count(state, [](const Way& way) { return way.on == On::kDone; });
    if (branches == 1)
      tell("fork-of-one", state.place, fmt::format("the fork '{}' has one branch only", state.id),
           "add the other branches, or leave it out");
    for (const Way& way : state.ways) {
      if (way.otherwise)
        tell("fork-else", way.place, "a fork takes all its ways at once, so there is no [else]",
             "leave the label out, or use a <<choice>>");
    }
  }

  // [else] and the way without a label apply whenever they are looked at, so only the first is ever taken.
  void check_unconditional(const State& state) {
    const bool has_else =
        std::any_of(state.ways.begin(), state.ways.end(), [](const Way& way) { return way.otherwise; });
    bool taken = false;
    for (const Way& way : state.ways) {
      if (!is_unconditional(way)) continue;
      if (taken || (has_else && !way.otherwise))
        tell("never-taken", way.place,
             fmt::format("this way from '{}' is never taken: another one always applies", state.id),
             "give it a guard, as in [x < 5], or use a <<fork>> to take several at once");
      else
        taken = true;
    }
  }

  void check_error_ways(const State& state) {
    bool taken = false;
    for (const Way& way : state.ways) {
      if (way.on != On::kError) continue;
      if (is_junction(state))
        tell("never-taken", way.place,
             fmt::format("nothing is done in a {}, so nothing fails there", word_of(state.form)),
             "put 'on error' behind the state whose actions may fail");
      else if (state.form == State::Form::kSimple && state.actions.empty())
        tell("never-taken", way.place, fmt::format("'{}' has no actions that could fail", state.id),
             "put 'on error' behind the state whose actions may fail");
      else if (taken)
        tell("never-taken", way.place, fmt::format("'{}' has an 'on error' already", state.id),
             "lead it to a <<choice>>, whose ways may have guards");
      taken = true;
    }
  }

  void check_after_ways(const State& state) {
    const Way* soonest = nullptr;
    for (const Way& way : state.ways) {
      if (way.on == On::kAfter && (soonest == nullptr || way.after < soonest->after)) soonest = &way;
    }
    const bool leaves_at_once =
        state.form == State::Form::kSimple && state.actions.empty() && count(state, is_unconditional) > 0;
    for (const Way& way : state.ways) {
      if (way.on != On::kAfter) continue;
      if (is_junction(state))
        tell("never-taken", way.place, fmt::format("nothing takes time in a {}", word_of(state.form)),
             "put 'after' behind the state whose actions take time");
      else if (leaves_at_once)
        tell("never-taken", way.place,
             fmt::format("'{}' has no actions, and is left at once by its other way", state.id),
             "to let time pass, write wait(30s) in a state");
      else if (&way != soonest)
        tell("never-taken", way.place, fmt::format("'{}' is left {} already", state.id, soonest->label),
             "keep one of them");
    }
  }

  const Diagram& diagram_;
  Diagnostics& found_;
  std::vector<std::vector<StateIndex>> backwards_;
};

}  // namespace

void check_flow(const Diagram& diagram, Diagnostics& found) {
  Checker(diagram, found).run();
}

}  // namespace attune::dsl
