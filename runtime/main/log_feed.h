// SPDX-License-Identifier: Apache-2.0
// LogFeed: the journal as lines of JSON, from one record on and, if wanted, along with what is written. Where
// it cannot go on, the last line is the error. It reads the file itself, on the thread of who pulls it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/control/daemon.h"
#include "runtime/journal/reader.h"

namespace attune::main {

class LogFeed final : public control::Feed {
 public:
  // kNotFound: the record to begin with was deleted, the message says where those begin that are there.
  static Result<std::shared_ptr<LogFeed>> open(const std::string& journal, const control::LogQuery& query);

  std::optional<std::string> next() override;

 private:
  LogFeed(journal::Reader reader, const control::LogQuery& query)
      : reader_(std::move(reader)), query_(query), next_(query.from) {}

  journal::Reader reader_;
  control::LogQuery query_;
  uint64_t next_;
  bool over_ = false;
};

}  // namespace attune::main
