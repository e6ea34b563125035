// SPDX-License-Identifier: Apache-2.0
// WorkerPool: threads for libvirt's blocking calls. They start as they are needed, up to a bound; so does the
// queue before them. What a piece of work finds it posts back to the loop itself. Any thread may submit.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "runtime/base/clock.h"

namespace attune::hypervisor {

class WorkerPool {
 public:
  WorkerPool(size_t threads, size_t queue);
  // As end(zero).
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when the queue is full or the pool has ended: the work will not run.
  [[nodiscard]] bool submit(std::function<void()> work);

  // Takes no more, drops what waits, and gives what runs `patience` to come to its end. A call stuck in a
  // dead connection then ends on its own, later: it must own all that it touches. False when one was left
  // behind.
  bool end(Duration patience);

 private:
  struct State;
  static void run(const std::shared_ptr<State>& state);

  std::shared_ptr<State> state_;
};

}  // namespace attune::hypervisor
