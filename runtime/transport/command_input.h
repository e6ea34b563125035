// SPDX-License-Identifier: Apache-2.0
// CommandInput: what a command reads from its standard input, piece by piece: from memory or from a file of
// this machine. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/ports/shell.h"

namespace attune::transport {

class CommandInput {
 public:
  // Refers to the command, which must stay.
  static Result<CommandInput> open(const ports::Command& command);

  // The next bytes, at most `limit`; the same again until they are taken. Empty: it is over.
  std::string_view peek(size_t limit);
  void take(size_t bytes);
  uint64_t taken() const { return taken_; }

 private:
  void refill();

  std::string_view memory_;  // what is left
  UniqueFd file_;
  std::vector<char> buffer_;  // keeps its place when this is moved
  uint64_t taken_ = 0;
};

// The file, ready to be read from the offset on.
Result<UniqueFd> open_input_file(const std::string& path, uint64_t offset);

}  // namespace attune::transport
