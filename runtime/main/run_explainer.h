// SPDX-License-Identifier: Apache-2.0
// RunExplainer: makes of a run's records the explanation that `attune why` shows: in which state it found
// what, why it went where it did, and what would have changed that. Any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/main/story.h"
#include "runtime/workflow/explanation.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class RunExplainer {
 public:
  // The story knows the names of components that were there before the run.
  explicit RunExplainer(Story story) : story_(std::move(story)) {}

  // The records of one run, in order, its event before them.
  void add(const workflow::Record& record);

  const workflow::RunExplanation& explained() const { return made_; }

 private:
  struct Adder;
  void step(const workflow::Record& record, const char* kind, std::string text);

  Story story_;
  workflow::RunExplanation made_;
  WallTime waits_since_{};                         // for what it waits for last
  std::string state_, chosen_;                     // the state it is in; what a choice of a host said last
  std::map<workflow::CallId, std::string> calls_;  // those under way, with the states that made them
};

}  // namespace attune::main
