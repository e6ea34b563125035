// SPDX-License-Identifier: Apache-2.0
// NameLookup: numeric addresses for a host's address. Names are looked up on a thread of its own, since the
// system's resolver blocks. The SSH thread.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/worker.h"
#include "runtime/transport/io_thread.h"

namespace attune::transport {

class NameLookup {
 public:
  explicit NameLookup(IoThread& io) : io_(io) {}

  using Done = std::function<void(Result<std::vector<std::string>>)>;
  // Calls `done` on the SSH thread, at once where the address is numeric already.
  void find(const std::string& address, Done done);

 private:
  IoThread& io_;
  Worker worker_;
};

}  // namespace attune::transport
