// SPDX-License-Identifier: Apache-2.0
// LoopGate: the way from libvirt's threads back to the loop, which can be shut: a call that is stuck in a
// dead connection may end when the loop is long gone. Any thread may post.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "runtime/ports/loop.h"

namespace attune::hypervisor {

class LoopGate {
 public:
  explicit LoopGate(ports::Loop& loop) : loop_(&loop) {}

  // Drops the work once the gate is shut.
  void post(std::function<void()> work) {
    const std::lock_guard lock(mutex_);
    if (loop_) loop_->post(std::move(work));
  }

  void shut() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  ports::Loop* loop_;  // under mutex_
};

}  // namespace attune::hypervisor
