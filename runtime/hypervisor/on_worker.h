// SPDX-License-Identifier: Apache-2.0
// on_worker: awaits on the loop what a blocking piece of work finds on a pool's thread. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/hypervisor/loop_gate.h"
#include "runtime/hypervisor/worker_pool.h"

namespace attune::hypervisor {

// The work runs on the pool; it must own all that it touches. An Error of its own where the pool is full.
// kCancelled as soon as the gate is shut: the work may go on behind, and what it finds is dropped.
template <class T>
Task<Result<T>> on_worker(WorkerPool& pool, std::shared_ptr<LoopGate> gate, std::function<Result<T>()> work) {
  if (gate->is_shut()) co_return ending();
  std::optional<std::stop_callback<std::function<void()>>> shut;
  co_return co_await Awaitable<Result<T>>([&](std::function<void(Result<T>)> done) {
    const auto once = std::make_shared<std::function<void(Result<T>)>>(std::move(done));
    const auto answer = [once](Result<T> found) {
      if (*once) std::exchange(*once, nullptr)(std::move(found));
    };
    const bool taken = pool.submit([gate, work, answer] {
      gate->post([answer, found = work()]() mutable { answer(std::move(found)); });
    });
    if (!taken)
      return answer(fail(ErrorCode::kFailed, "too many calls of libvirt wait already; try again later"));
    shut.emplace(gate->shutting(), [answer] { answer(ending()); });
  });
}

}  // namespace attune::hypervisor
