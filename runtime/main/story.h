// SPDX-License-Identifier: Apache-2.0
// Story: the journal's records in plain words, for `attune log` and for the daemon's own log. It remembers as
// much of what it was told as the next sentence needs (names, calls, runs that go on). One thread at a time.
#pragma once

#include <map>
#include <string>

#include "runtime/base/log.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class Story {
 public:
  // One line, without its end: "run 7: target = lab2 (load 3%, least of 2; lab1 refused: ...)".
  std::string tell(const workflow::Record& record);

  // What it cannot learn from records before those that it is told.
  void know(system::ComponentId id, std::string name) { names_[id] = std::move(name); }

 private:
  struct Teller;
  std::string name_of(system::ComponentId id) const;

  std::map<system::ComponentId, std::string> names_;
  std::map<workflow::CallId, std::string> calls_;  // "vm.migrate", of the open ones
  std::map<workflow::RunId, WallTime> runs_;       // when those that go on began
};

// How loud the record is in a log: suppressed events are for who looks closely, alerts and failures for all.
LogLevel level_of(const workflow::Record& record);

// "12:00:31.042", local time.
std::string clock_text(WallTime time);

}  // namespace attune::main
