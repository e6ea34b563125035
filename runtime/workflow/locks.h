// SPDX-License-Identifier: Apache-2.0
// Locks: which run has which components. A run takes all that its diagram can touch at once or nothing, so no
// two can wait for each other; who waits goes by priority, then by arrival, and nobody is overtaken by one
// that wants the same. Loop thread only.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "runtime/system/component.h"
#include "runtime/workflow/call.h"

namespace attune::workflow {

// What a run can touch: single components, and classes as a whole where it cannot be told which of them.
struct Footprint {
  struct One {
    system::ComponentId id = system::kNoComponent;
    uint32_t class_index = 0;
    friend auto operator<=>(const One&, const One&) = default;
  };
  std::set<One> components;
  std::set<uint32_t> classes;  // in Project::classes, subclasses named too
  friend bool operator==(const Footprint&, const Footprint&) = default;
};

// A run's place among those that wait.
struct Turn {
  int priority = 0;
  RunId run = 0;  // numbers grow with arrival
  friend bool operator==(const Turn&, const Turn&) = default;
  friend std::strong_ordering operator<=>(const Turn& a, const Turn& b) {
    return a.priority != b.priority ? b.priority <=> a.priority : a.run <=> b.run;
  }
};

// Why a run cannot go on: another has, or claims before it, a component or a whole class.
struct Blocker {
  RunId run = 0;
  system::ComponentId component = system::kNoComponent;  // or
  uint32_t class_index = 0;
  bool holds = true;  // else it waits too, and its turn is before
};

class Locks {
 public:
  // Takes the whole footprint, or says what is in the way and takes nothing. A run takes once.
  std::optional<Blocker> take(const Turn& turn, const Footprint& wanted);
  // Takes it though `holder` has the classes as a whole, and whoever waits for it is overtaken: for what is
  // short and must not wait, where the holder lets it pass. False: somebody has some of it all the same.
  bool take_beside(const Turn& turn, const Footprint& wanted, RunId holder);
  // The same question, nothing taken.
  std::optional<Blocker> blocker(const Turn& turn, const Footprint& wanted) const;
  // Claims the footprint for when the turn comes. The run must not wait or hold already.
  void wait(const Turn& turn, const Footprint& wanted);
  // Ends the waiting or the holding. Gives the runs that may be able to go on now, in the order of their
  // turns: the caller tries take() for each, after leave() of its claim.
  std::vector<Turn> leave(RunId run);

  RunId holder(system::ComponentId component, uint32_t class_index) const;  // 0: nobody

 private:
  struct Node {
    RunId alone = 0;           // who has it alone, or
    std::set<RunId> together;  // who have some of it (of a class: single components)
    std::set<Turn> waiting_alone, waiting_together;
    bool is_idle() const {
      return alone == 0 && together.empty() && waiting_alone.empty() && waiting_together.empty();
    }
  };
  using Key = uint64_t;  // a component's id; a class's index with kClassBit
  struct Want {
    Key key = 0;
    bool alone = true;
  };
  struct Standing {
    Turn turn;
    std::vector<Want> wants;
    bool holds = false;
  };

  static std::vector<Want> wants_of(const Footprint& wanted);
  std::optional<Blocker> blocker(const Turn& turn, const std::vector<Want>& wants) const;
  void hold(const Turn& turn, std::vector<Want> wants);
  static std::optional<std::pair<RunId, bool>> in_the_way(const Node& node, const Turn& turn, bool alone);
  static void collect(const Node& node, bool was_alone, std::set<Turn>& may_go);

  std::unordered_map<Key, Node> nodes_;
  std::unordered_map<RunId, Standing> standings_;
};

}  // namespace attune::workflow
