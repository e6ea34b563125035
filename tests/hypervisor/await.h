// SPDX-License-Identifier: Apache-2.0
// For tests of what runs on a real loop: awaits a task, or a condition that events bring about. Says so and
// fails instead of hanging.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "runtime/base/task.h"
#include "runtime/main/asio_loop.h"

namespace attune::test {

inline constexpr Duration kTestPatience = std::chrono::seconds(120);

// Runs the loop until the task has ended.
template <class T>
T await(main::AsioLoop& loop, Task<T> task) {
  std::optional<T> result;
  start<T>(std::move(task), [&](T ended) {
    result = std::move(ended);
    loop.stop();
  });
  const auto deadline = loop.after(kTestPatience, [] {
    ADD_FAILURE() << "the awaited task did not end";
    std::abort();
  });
  if (!result) loop.run();
  return std::move(*result);
}

// Runs the loop until the condition holds, looking whenever something happened on the loop. False when it did
// not come to hold.
inline bool await_that(main::AsioLoop& loop, const std::function<bool()>& holds,
                       Duration patience = kTestPatience) {
  bool late = false;
  const auto deadline = loop.after(patience, [&] {
    late = true;
    loop.stop();
  });
  while (!holds() && !late) {
    const auto look = loop.after(std::chrono::milliseconds(10), [&] { loop.stop(); });
    loop.run();
  }
  return holds();
}

}  // namespace attune::test
