// SPDX-License-Identifier: Apache-2.0
// MigrationFollower: looks at a running migration a few times a second: reports its progress, allows it a
// longer stop when it comes to no end, and aborts it when it was cancelled, takes too long, or moves nothing
// any more. Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "runtime/hypervisor/core.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

class MigrationFollower : public std::enable_shared_from_this<MigrationFollower> {
 public:
  enum class Abort { kNone, kCancelled, kTimedOut, kStalled };

  MigrationFollower(CorePtr core, ConnectionPtr from, ports::MigrationRequest request, Duration stall_timeout,
                    std::stop_token stop);

  void start();
  void end() { timer_.reset(); }  // the migration is over

  // Why it asked libvirt to abort the migration, which may have arrived all the same.
  Abort abort() const { return abort_; }

 private:
  void look();
  void look_later();
  Abort reason_to_abort() const;
  void send_abort();
  void allow_usual_stop();
  void ask_for_progress();
  void saw(const Result<std::optional<ports::MigrationProgress>>& progress);

  const CorePtr core_;
  const ConnectionPtr from_;
  const ports::MigrationRequest request_;
  const Duration stall_timeout_;
  const std::stop_token stop_;
  const Instant started_;
  Abort abort_ = Abort::kNone;
  bool stop_is_usual_ = false;
  uint64_t moved_bytes_ = 0;
  Instant last_moved_;
  std::unique_ptr<ports::Loop::Timer> timer_;  // nothing once it has ended
};

}  // namespace attune::hypervisor
