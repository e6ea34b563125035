// SPDX-License-Identifier: Apache-2.0
// RunEnds: tells those who wait how a run has ended, once that is durable. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/control/daemon.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class RunEnds {
 public:
  using Ended = std::function<void(control::EndedRun)>;

  void wait(workflow::RunId run, Ended ended) { waiting_[run].ended.push_back(std::move(ended)); }
  void look(const workflow::Record& record);

 private:
  void look(const workflow::SystemChanged& changed);

  struct Waiting {
    std::vector<Ended> ended;
    std::string message;  // what the last call had to say
    std::string created;  // which components
  };
  std::map<workflow::RunId, Waiting> waiting_;
};

}  // namespace attune::main
