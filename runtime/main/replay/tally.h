// SPDX-License-Identifier: Apache-2.0
// Tally: what is counted and told of a replay, taken from the records of its engine. Behind Replay, which
// gives it each record once. One thread at a time.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/main/replay/replay.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/record.h"

namespace attune::replay {

class Tally {
 public:
  Tally(WallTime begin, WallTime end);

  // --- when ---
  // Before the first and after the last of these what happens is told, and only what runs come to is counted.
  void begin() { is_counted_ = true; }
  void end() { is_over_ = true; }
  bool is_counted() const { return is_counted_; }

  // --- what ---
  void look(const workflow::Record& record, workflow::Now now);
  void call(const workflow::Call& call, const system::System& system);
  void accepted();
  void refused(const std::string& why);
  void costs(double more);
  // What still goes on now is unfinished. The last of all.
  Played close();

  // --- what became known ---
  // That go on, by their diagram.
  const std::map<workflow::RunId, std::string>& runs() const { return runs_; }
  // When each component was moved last.
  const std::map<system::ComponentId, Instant>& moved() const { return moved_; }
  // Why the run did not end well; empty: it did, or goes on.
  std::string failure_of(workflow::RunId run) const;

 private:
  void look(const workflow::RunStarted& begun, WallTime at);
  void look(const workflow::RunEnded& ended, WallTime at);
  void look(const system::Change& change, workflow::RunId run, workflow::Now now);
  void placed(const system::HostAssigned& assigned, workflow::RunId run, workflow::Now now);
  void changed(const system::HostChanged& host, workflow::RunId run, WallTime at);
  void count(std::string_view figure, double more = 1);
  void happens(WallTime at, Happening::What what, std::string who, std::string text, workflow::RunId run);

  Played made_;
  std::map<workflow::RunId, std::string> runs_, failures_;
  std::map<system::ComponentId, std::string> names_, hosts_;  // also of those that are gone
  std::map<system::ComponentId, Instant> moved_;
  std::map<std::string, system::HostState> states_;  // of hosts; silent: up
  bool is_counted_ = false, is_over_ = false;
};

}  // namespace attune::replay
