// SPDX-License-Identifier: Apache-2.0
// Expectations: what must come of a trace: the lines that make a test of a replay. docs/replay.md has the
// forms. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"
#include "runtime/main/replay/replay.h"

namespace attune::replay {

// One side of a comparison.
struct Operand {
  std::string text;    // as written
  std::string of;      // the component, class or host; empty: a value as it stands
  std::string member;  // "host", "state", "count" ...
  // Of a component whose number is beyond what there may be at once: that. It may have come of replacing.
  uint32_t at_most = 0;
};

struct Comparison {
  Operand left, right;
  std::string op;
};

struct Expectation {
  enum class Form { kFigure, kNever, kAlways, kWithin, kFinally };
  Form form = Form::kFigure;
  std::string text;                   // as written, without `expect:`
  std::vector<Comparison> condition;  // all of them; of a kFigure one, of a figure and a number
  Duration within{};                  // of kWithin
  std::string event, component;       // of kWithin; no component: whichever
  Place place;
};

// The lines of a file; blank ones and those that begin with # are passed over. What names nothing that the
// project has is found as well.
std::vector<Expectation> read_expectations(const dsl::Source& source, const model::Project& project,
                                           Diagnostics& found);

struct Verdict {
  std::string text;
  bool holds = true;
  std::string why;    // where it does not: when, and what was so
  std::string doubt;  // where it holds, but nothing was looked at: why
  Place place;
};

// Looks on while the trace is played.
class Judge {
 public:
  explicit Judge(std::vector<Expectation> expectations);

  // What Replay::Onlooker asks for.
  void look(const system::System& system, workflow::Now now);
  void hear(const workflow::Event& event, WallTime at);

  // After the trace, once; in the order of the lines.
  std::vector<Verdict> verdicts(const Played& played, const system::System& system);

 private:
  struct Watched {
    Expectation expectation;
    std::optional<std::string> broken;  // why
    bool has_come = false;              // of kWithin: the event
    std::vector<WallTime> until;        // of kWithin: what must be so by then
    std::vector<Operand> doubtful;      // of kNever: what was not there yet, and perhaps never can be
  };
  void look(Watched& watched, const system::System& system) const;

  std::vector<Watched> watched_;
  workflow::Now now_;
};

}  // namespace attune::replay
