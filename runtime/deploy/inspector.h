// SPDX-License-Identifier: Apache-2.0
// Inspector: looks into files that are to be deployed, on a thread of its own and once for all hosts and
// components that want the same file, as long as it does not change. The loop's thread.
#pragma once

#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "runtime/base/task.h"
#include "runtime/base/worker.h"
#include "runtime/deploy/content.h"
#include "runtime/deploy/waiting_list.h"
#include "runtime/ports/loop.h"

namespace attune::deploy {

class Inspector {
 public:
  using Found = Result<std::shared_ptr<const Content>>;

  Inspector(ports::Loop& loop, Limits limits)
      : loop_(loop), limits_(limits), alive_(std::make_shared<Inspector*>(this)) {}

  // Errors as of deploy::inspect(); kCancelled after a stop request.
  Task<Found> inspect(std::string path, std::stop_token stop);

 private:
  struct Version {  // of a file
    timespec changed{};
    uint64_t size = 0;
    uint64_t inode = 0;
  };
  struct Known {
    Version version;
    std::shared_ptr<const Content> content;  // null while it is being looked at, or where that failed
    bool is_looked_at = false;
    WaitingList<Found> waiting;
  };

  static Version version_of(const std::string& path);
  void begin(const std::string& path, Known& known);
  void end(const std::string& path, const Version& version, const Found& found);

  ports::Loop& loop_;
  const Limits limits_;
  std::map<std::string, Known> known_;
  std::shared_ptr<Inspector*> alive_;  // for what is posted back too late
  Worker worker_;
};

}  // namespace attune::deploy
