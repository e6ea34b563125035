// SPDX-License-Identifier: Apache-2.0
// Judge: what is concluded from what was seen after a step of a trial. What is normal for the component was
// learned in the plain trials before. Pure; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/main/torture/sight.h"
#include "runtime/main/torture/trial.h"

namespace attune::torture {

// How a call ended, as far as it matters here.
struct CallEnd {
  enum class Kind { kWorked, kFailed, kTimedOut };
  Kind kind = Kind::kWorked;
  std::string words;  // "exited with 1: no such file"; empty where it worked
};

// How the component is when all is well.
struct Norm {
  size_t roots = 0;             // how often it runs: once started, this many process trees
  bool counts_roots = true;     // not where the manager begins and ends them as it needs them
  std::set<int> ports;          // it listens on
  std::set<std::string> files;  // that are there when it is stopped
  bool counts_files = true;     // not where its status makes some, which the manager asks by itself
};

struct Seen {
  std::vector<CallEnd> ends;  // one a call
  Sight before, after;
};

// What was not survived.
struct Finding {
  enum class Kind {
    kFailed,       // a call that had to work
    kHangs,        // it did not end in its time
    kDoubled,      // there is more of it than there should be
    kDead,         // it does not run, and should
    kWrongAnswer,  // it says that what does not run does
    kChanges,      // it should only have looked
    kLeftProcess,
    kLeftPort,
    kLeftFile,
  };
  Kind kind = Kind::kFailed;
  std::string stub;
  Ordeal ordeal = Ordeal::kOnce;
  std::string done, expected, happened, last_words, mend;
};

// Nothing where the step was survived.
std::optional<Finding> judge(const Trial& trial, size_t step, const Seen& seen, const Norm& norm);

// Whether it has not come to what the step asks for, but may yet: what ends takes a moment to be gone.
bool may_settle(const Finding& finding);

}  // namespace attune::torture
