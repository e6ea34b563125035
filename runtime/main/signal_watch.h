// SPDX-License-Identifier: Apache-2.0
// SignalWatch: SIGTERM, SIGINT and SIGHUP, unless they are ignored, as something that the loop hears of. Made
// before any other thread, so that all of them have these signals blocked. Loop thread.
#pragma once

#include <functional>
#include <memory>

#include "runtime/base/unique_fd.h"
#include "runtime/ports/loop.h"

namespace attune::main {

class SignalWatch {
 public:
  SignalWatch();

  // Calls `on_signal` with the number of each one that comes, as long as the result lives, which the loop and
  // this must outlive.
  [[nodiscard]] std::unique_ptr<ports::Loop::Watch> listen(ports::Loop& loop,
                                                           std::function<void(int)> on_signal) const;

 private:
  UniqueFd fd_;
};

}  // namespace attune::main
