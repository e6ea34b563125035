// SPDX-License-Identifier: Apache-2.0
// LoopGate: the way from libvirt's threads back to the loop, which can be shut: a call that is stuck in a
// dead connection may end when the loop is long gone. Any thread may post; all else is the loop's.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>

#include "runtime/base/result.h"
#include "runtime/ports/loop.h"

namespace attune::hypervisor {

// The answer to who still waits when the gate is shut, and to who asks afterwards.
inline tl::unexpected<Error> ending() {
  return fail(ErrorCode::kCancelled, "the manager is ending");
}

class LoopGate {
 public:
  explicit LoopGate(ports::Loop& loop) : loop_(&loop) {}

  // Drops the work once the gate is shut: who waits for it must heed shutting() as well.
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (loop_) loop_->post(std::move(work));
  }

  void shut() {
    {
      const std::lock_guard lock(mutex_);
      loop_ = nullptr;
    }
    shut_.request_stop();
  }
  bool is_shut() const { return shut_.stop_requested(); }
  // Its stop is requested within shut().
  std::stop_token shutting() const { return shut_.get_token(); }

 private:
  std::mutex mutex_;
  ports::Loop* loop_;  // under mutex_
  std::stop_source shut_;
};

}  // namespace attune::hypervisor
