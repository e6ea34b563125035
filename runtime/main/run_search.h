// SPDX-License-Identifier: Apache-2.0
// RunSearch: looks for one run in the journal's file, a bounded piece of it at a time, so that who has others
// waiting can let them in between. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/reader.h"
#include "runtime/workflow/record.h"

namespace attune::main {

// So many records after a run's end it is known whether it has helped: nobody looks further.
inline constexpr uint64_t kJudgedAtMost = 2000;

// Where a run begins. Runs are numbered in the order of their records, so it is looked for by halves: the
// first beginning after a point tells on which side of it the run's is.
class BeginningSearch {
 public:
  struct Beginning {
    uint64_t event = 0, sequence = 0;
  };

  // From the record `first` to `last`.
  BeginningSearch(workflow::RunId run, uint64_t first, uint64_t last);

  // Reads one piece. True: it has ended.
  Result<bool> step(journal::Reader& reader);
  // After that: nothing where the journal has no beginning of the run.
  const std::optional<Beginning>& found() const { return found_; }

 private:
  void halve();
  void look_at(const workflow::Record& record);

  workflow::RunId run_;
  uint64_t low_, high_;  // it is within these, the latter excluded
  uint64_t middle_ = 0, at_ = 0;
  std::optional<Beginning> found_;
};

class RunSearch {
 public:
  // The journal's path. Errors as of Reader::open().
  static Result<RunSearch> open(const std::string& journal, workflow::RunId run);

  // Reads one piece. True: it has ended. kNotFound: there is no such run in the journal (any more).
  Result<bool> step();
  // After that: the run's event, where its record is still there, then all that is said of the run, in order.
  std::vector<workflow::Record> take() { return std::move(found_); }

 private:
  RunSearch(journal::Reader reader, workflow::RunId run, uint64_t first, uint64_t last);
  Result<bool> begin();
  Result<bool> look_back();
  Result<bool> go_on();
  bool is_last(const workflow::Record& record);

  journal::Reader reader_;
  workflow::RunId run_;
  uint64_t first_;
  BeginningSearch beginning_;
  enum class Stage { kBeginning, kEvent, kRun } stage_ = Stage::kBeginning;
  uint64_t back_ = 0, next_ = 0;  // where the event is looked for, and the rest
  uint64_t until_ = UINT64_MAX;   // whether it has helped is told no later
  std::vector<workflow::Record> found_;
};

// The run that the record is about; 0: none.
workflow::RunId run_of(const workflow::Record& record);

}  // namespace attune::main
