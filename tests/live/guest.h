// SPDX-License-Identifier: Apache-2.0
// Guest: a connection to the service inside the lab's guest (examples/stream/stream_server), kept over the
// guest's whole life, so that it also tells whether a migration kept connections alive. Blocking, up to ten
// seconds a call. One thread.
#pragma once

#include <string>

#include "runtime/base/unique_fd.h"

namespace attune::test {

class Guest {
 public:
  explicit Guest(std::string address) : address_(std::move(address)) {}

  // Says one command, connecting first where there is no connection. Its answer; empty when none came: the
  // guest does not run, or not yet.
  std::string ask(const std::string& command);
  bool answers() { return ask("status").starts_with("ok "); }
  // On the connection that there was before.
  bool still_answers() { return connection_ && answers(); }

 private:
  bool connect();

  std::string address_;
  UniqueFd connection_;
};

}  // namespace attune::test
