// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/worker.h"

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Worker, DoesThePiecesInTheirOrderOnOneOtherThread) {
  std::vector<int> done;
  std::vector<std::thread::id> threads;
  std::promise<void> last;
  Worker worker;
  for (int i = 0; i < 100; ++i) {
    worker.post([&, i] {
      done.push_back(i);
      threads.push_back(std::this_thread::get_id());
      if (i == 99) last.set_value();
    });
  }
  last.get_future().wait();

  for (int i = 0; i < 100; ++i) EXPECT_EQ(done[i], i);
  EXPECT_NE(threads.front(), std::this_thread::get_id());
  EXPECT_EQ(threads.front(), threads.back());
}

TEST(Worker, ForgetsWhatAPieceHeldOnceItIsDone) {
  const auto held = std::make_shared<int>(1);
  std::promise<void> done;
  Worker worker;
  worker.post([held] {});
  worker.post([&] { done.set_value(); });
  done.get_future().wait();

  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace attune
