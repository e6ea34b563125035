// SPDX-License-Identifier: Apache-2.0
// on_worker: awaits on the loop what a blocking piece of work finds on a pool's thread. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/hypervisor/loop_gate.h"
#include "runtime/hypervisor/worker_pool.h"

namespace attune::hypervisor {

// The work runs on the pool; it must own all that it touches. An Error of its own where the pool is full.
template <class T>
Awaitable<Result<T>> on_worker(WorkerPool& pool, std::shared_ptr<LoopGate> loop,
                               std::function<Result<T>()> work) {
  return Awaitable<Result<T>>(
      [&pool, loop = std::move(loop), work = std::move(work)](std::function<void(Result<T>)> done) {
        const bool taken = pool.submit(
            [loop, work, done] { loop->post([done, found = work()]() mutable { done(std::move(found)); }); });
        if (!taken) done(fail(ErrorCode::kFailed, "too many calls of libvirt wait already; try again later"));
      });
}

}  // namespace attune::hypervisor
