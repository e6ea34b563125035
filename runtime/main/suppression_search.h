// SPDX-License-Identifier: Apache-2.0
// SuppressionSearch: looks through the journal's last records for what was said of an event that was heard
// and not answered, a bounded piece of them at a time, as RunSearch does for a run. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/journal/reader.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class SuppressionSearch {
 public:
  static constexpr uint64_t kLookedBack = 5000;  // records

  // The journal's path; the event about this component, or about any where that is empty. Errors as of
  // Reader::open().
  static Result<SuppressionSearch> open(const std::string& journal, std::string event, std::string component);

  // Reads one piece. True: it has ended.
  Result<bool> step();
  // After that: the EventSuppressed among them, in order.
  std::vector<workflow::Record> take() { return std::move(found_); }

 private:
  SuppressionSearch(journal::Reader reader, std::string event, std::string component, uint64_t from,
                    uint64_t last);
  bool is_wanted(const workflow::Record& record) const;

  journal::Reader reader_;
  std::string event_, component_;
  uint64_t next_, last_;  // what comes meanwhile is not looked at
  std::vector<workflow::Record> found_;
};

}  // namespace attune::main
