// SPDX-License-Identifier: Apache-2.0
// Verifier: reads what a manager need not read when it starts, the records before the checkpoint that it goes
// on from, and tells where one of them is damaged. The writer's thread, a piece at a time, when it has
// nothing to write.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/journal/reader.h"

namespace attune::journal {

class Verifier {
 public:
  // Errors as of Reader::open(). The log must outlive it.
  static Result<Verifier> open(const std::string& path, Log& log);

  // Reads one piece, as far as there were records when it was opened. True: it has ended, by a damaged record
  // too, which it has warned of.
  bool step();

 private:
  Verifier(Reader reader, uint64_t first, uint64_t last, Log& log)
      : reader_(std::move(reader)), next_(first), last_(last), log_(&log) {}

  Reader reader_;
  uint64_t next_, last_;
  Log* log_;
};

}  // namespace attune::journal
