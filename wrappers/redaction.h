// SPDX-License-Identifier: Apache-2.0
// Redaction: takes secrets out of what programs and hosts say. Made of those that a call was made with, and
// of those at its end; gone with the call. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/ports/shell.h"

namespace attune::wrappers {

class Redaction {
 public:
  // This must not be told, nor a line of it, where it has several, of 4 bytes and more.
  void hide(std::string_view secret);
  // Nothing must be told, since not every secret is known.
  void withhold(std::string why);

  // The text with *** for each part that belongs to something hidden, and parts that touch as one.
  std::string cleaned(std::string_view text) const;
  // All that is said in the end of a command: its output, why it failed or was lost.
  Result<ports::CommandEnd> cleaned(Result<ports::CommandEnd> end) const;

 private:
  std::vector<std::string> pieces_;
  std::string withheld_;  // why; empty: it is not
};

}  // namespace attune::wrappers
