// SPDX-License-Identifier: Apache-2.0
// KeptLog: a log that keeps its lines. For tests of who warns; one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/log.h"

namespace attune::test {

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

}  // namespace attune::test
