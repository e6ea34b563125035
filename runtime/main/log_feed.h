// SPDX-License-Identifier: Apache-2.0
// LogFeed: the journal as lines of JSON, from one record on and, if wanted, along with what is written. Where
// it cannot go on, the last line is the error. Of one run it looks through a bounded piece at a time. It
// reads the file itself, on the thread of who pulls it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/control/daemon.h"
#include "runtime/journal/reader.h"
#include "runtime/main/run_search.h"

namespace attune::main {

class LogFeed final : public control::Feed {
 public:
  // kNotFound: the record to begin with was deleted, the message says where those begin that are there.
  static Result<std::shared_ptr<LogFeed>> open(const std::string& journal, const control::LogQuery& query);

  std::optional<std::string> next() override;
  bool has_more() const override { return has_more_; }

 private:
  LogFeed(journal::Reader reader, const control::LogQuery& query, std::optional<BeginningSearch> beginning)
      : reader_(std::move(reader)), query_(query), beginning_(beginning), next_(query.from) {}
  Result<std::string> read();
  Result<void> look_for_beginning();
  bool is_shown(const journal::StoredRecord& record);

  journal::Reader reader_;
  control::LogQuery query_;
  std::optional<BeginningSearch> beginning_;  // of the run that is asked for, while it is looked for
  uint64_t next_;
  uint64_t until_ = UINT64_MAX;  // nothing is said of that run after it
  bool has_more_ = false;
  bool over_ = false;
};

}  // namespace attune::main
