// SPDX-License-Identifier: Apache-2.0
// HostSlots: lets work go on on so many hosts at once; on a host where some goes on, more may join. Who waits
// goes by arrival. Loop thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "runtime/base/task.h"

namespace attune::wrappers {

class HostSlots {
 public:
  explicit HostSlots(size_t hosts) : hosts_(hosts) {}

  // Waits for the turn. True: it has come, and leave() must follow; false: by a stop request before it came.
  Task<bool> enter(std::string host, std::stop_token stop);
  void leave(const std::string& host);

 private:
  struct Waiting {
    std::string host;
    std::function<void(bool)> done;
  };
  bool try_enter(const std::string& host);

  size_t hosts_;
  std::map<std::string, size_t> at_work_;  // how much on each host
  std::deque<std::shared_ptr<Waiting>> waiting_;
};

}  // namespace attune::wrappers
