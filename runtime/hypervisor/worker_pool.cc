// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/worker_pool.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace attune::hypervisor {

struct WorkerPool::State {
  State(size_t most, size_t queue) : max_threads(most), max_waiting(queue) {}

  const size_t max_threads;
  const size_t max_waiting;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> waiting;  // under mutex, like all below
  size_t threads = 0;
  size_t idle = 0;
  bool ending = false;
};

WorkerPool::WorkerPool(size_t threads, size_t queue) : state_(std::make_shared<State>(threads, queue)) {}

WorkerPool::~WorkerPool() {
  end(Duration::zero());
}

bool WorkerPool::submit(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  if (state_->ending || state_->waiting.size() >= state_->max_waiting) return false;
  state_->waiting.push_back(std::move(work));
  if (state_->idle < state_->waiting.size() && state_->threads < state_->max_threads) {
    ++state_->threads;
    std::thread([state = state_] { run(state); }).detach();  // end() waits for its count, not for its handle
  }
  state_->changed.notify_one();
  return true;
}

bool WorkerPool::end(Duration patience) {
  std::deque<std::function<void()>> dropped;
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  dropped.swap(state_->waiting);
  state_->changed.notify_all();
  return state_->changed.wait_for(lock, patience, [this] { return state_->threads == 0; });
}

void WorkerPool::run(const std::shared_ptr<State>& state) {
  std::unique_lock lock(state->mutex);
  while (true) {
    ++state->idle;
    state->changed.wait(lock, [&] { return state->ending || !state->waiting.empty(); });
    --state->idle;
    if (state->ending) break;
    {
      const std::function<void()> work = std::move(state->waiting.front());
      state->waiting.pop_front();
      lock.unlock();
      work();
    }  // what it holds goes before the lock is taken again
    lock.lock();
  }
  --state->threads;
  state->changed.notify_all();
}

}  // namespace attune::hypervisor
