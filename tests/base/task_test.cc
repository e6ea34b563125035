// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/task.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace attune {
namespace {

Task<int> twice(int x) {
  co_return 2 * x;
}

Task<int> sum_of_twice(int a, int b) {
  co_return co_await twice(a) + co_await twice(b);
}

TEST(Task, AwaitsOtherTasksInOrder) {
  int result = 0;
  start<int>(sum_of_twice(1, 2), [&](int r) { result = r; });
  EXPECT_EQ(result, 6);
}

TEST(Task, GoesOnWhenTheOperationEndsLater) {
  std::function<void(std::string)> end;
  std::string result;
  const auto work = [](std::function<void(std::string)>* done) -> Task<std::string> {
    std::string got = co_await Awaitable<std::string>([done](auto d) { *done = std::move(d); });
    co_return got + "!";
  };
  start<std::string>(work(&end), [&](std::string r) { result = std::move(r); });
  EXPECT_EQ(result, "");
  end("done");
  EXPECT_EQ(result, "done!");
}

TEST(Task, GoesOnWhenTheOperationEndsAtOnce) {
  int result = 0;
  const auto work = []() -> Task<int> { co_return co_await Awaitable<int>([](auto done) { done(7); }); };
  start<int>(work(), [&](int r) { result = r; });
  EXPECT_EQ(result, 7);
}

TEST(Task, ManyImmediateEndsDoNotGrowTheStack) {
  const auto work = []() -> Task<int> {
    int sum = 0;
    for (int i = 0; i < 100000; ++i) sum += co_await Awaitable<int>([](auto done) { done(1); });
    co_return sum;
  };
  int result = 0;
  start<int>(work(), [&](int r) { result = r; });
  EXPECT_EQ(result, 100000);
}

}  // namespace
}  // namespace attune
