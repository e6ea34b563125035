// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/worker_pool.h"

#include <atomic>
#include <future>
#include <latch>
#include <vector>

#include <gtest/gtest.h>

namespace attune::hypervisor {
namespace {

using std::chrono::seconds;

TEST(WorkerPool, RunsAsManyAtOnceAsItHasThreads) {
  WorkerPool pool(3, 10);
  std::latch all_there(4);  // and this thread
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(pool.submit([&] { all_there.arrive_and_wait(); }));
  all_there.arrive_and_wait();
  EXPECT_TRUE(pool.end(seconds(60)));
}

TEST(WorkerPool, NeverRunsMoreAtOnce) {
  WorkerPool pool(2, 100);
  std::atomic<int> now = 0;
  std::atomic<int> most = 0;
  std::latch done(50);
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(pool.submit([&] {
      const int running = ++now;
      int seen = most;
      while (running > seen && !most.compare_exchange_weak(seen, running)) {
      }
      --now;
      done.count_down();
    }));
  done.wait();
  EXPECT_LE(most, 2);
  EXPECT_TRUE(pool.end(seconds(60)));
}

TEST(WorkerPool, RefusesWhatItsQueueCannotHold) {
  WorkerPool pool(1, 1);
  std::promise<void> go;
  std::promise<void> running;
  ASSERT_TRUE(pool.submit([&] {
    running.set_value();
    go.get_future().wait();
  }));
  running.get_future().wait();
  EXPECT_TRUE(pool.submit([] {}));
  EXPECT_FALSE(pool.submit([] {}));
  go.set_value();
  EXPECT_TRUE(pool.end(seconds(60)));
}

TEST(WorkerPool, TakesNothingAfterItsEnd) {
  WorkerPool pool(1, 1);
  EXPECT_TRUE(pool.end(seconds(60)));
  EXPECT_FALSE(pool.submit([] {}));
}

TEST(WorkerPool, LeavesBehindWhatHangs) {
  const auto go = std::make_shared<std::promise<void>>();
  const auto ended = std::make_shared<std::promise<void>>();
  {
    WorkerPool pool(1, 1);
    std::promise<void> running;
    ASSERT_TRUE(pool.submit([go, ended, &running] {
      running.set_value();
      go->get_future().wait();
      ended->set_value();
    }));
    running.get_future().wait();
    EXPECT_FALSE(pool.end(Duration::zero()));
  }
  go->set_value();
  ended->get_future().wait();  // it ends on its own
}

}  // namespace
}  // namespace attune::hypervisor
