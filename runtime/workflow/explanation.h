// SPDX-License-Identifier: Apache-2.0
// Explanations: why a run did what it did, told from its records, and what an event would lead to if it came
// now, asked of the engine. What `attune why` shows. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// One thing that a run did or found, in plain words.
struct ExplainedStep {
  WallTime at{};
  std::string kind;   // the record's, as the journal calls it: "guard", "host-chosen"
  std::string state;  // in which the run was; empty: in none yet
  std::string text;
  std::vector<ConsideredHost> hosts;  // of a choice
};

struct RunExplanation {
  RunId run = 0;
  std::string diagram, subject;
  std::string rule, terms;             // of RunStarted
  std::optional<EventAccepted> event;  // nothing where its record was deleted
  WallTime began{};
  std::optional<WallTime> left_waiting, ended;  // nothing where it never waited, or goes on
  std::string waited_for;                       // empty: it did not
  std::optional<RunEnd> end;
  std::string why;  // it ended so
  std::vector<ExplainedStep> steps;
  std::vector<std::string> otherwise;  // what would have changed a decision of it
};

// What an event would lead to about one component, or about none.
struct Prospect {
  enum class Verdict { kRuns, kWaits, kSuppressed };
  std::string component;  // may be empty
  Verdict verdict = Verdict::kSuppressed;
  std::string why;     // it would wait, or not be answered
  std::string remedy;  // the smallest change by which it would run at once; empty: none is known
  std::string rule, terms;
  std::vector<decltype(Record::what)> rehearsed;  // what its run would decide before it first acts
  std::string then;  // what it would do then, as drawn; empty: nothing, or unknown
};
std::string_view name_of(Prospect::Verdict verdict);  // "runs", "waits", "suppressed"

}  // namespace attune::workflow
