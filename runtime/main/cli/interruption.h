// SPDX-License-Identifier: Apache-2.0
// Interruption: Ctrl-C (SIGINT) and SIGTERM where they are how one ends a command that goes on with what
// happens: then it ends well. A second one ends the process as ever, and one that was ignored before stays
// so. One at a time; one thread at a time.
#pragma once

#include <array>

#include <csignal>

#include "runtime/base/unique_fd.h"

namespace attune::cli {

class Interruption {
 public:
  // What comes of it. kWakes: fd() can be read from then on. kEnds: the process ends at once, with 0; for who
  // has written all it has to say whenever it waits.
  enum class Then { kWakes, kEnds };
  explicit Interruption(Then then);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool has_come() const;
  int fd() const { return fd_.get(); }

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM};

  UniqueFd fd_;
  std::array<struct sigaction, kSignals.size()> before_{};
};

}  // namespace attune::cli
