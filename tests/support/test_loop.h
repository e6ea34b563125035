// SPDX-License-Identifier: Apache-2.0
// TestLoop: a real loop that a test runs until something has happened, with a limit so that what never
// happens is a failure and no hang.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include <gtest/gtest.h>

#include "runtime/base/task.h"
#include "runtime/main/asio_loop.h"

namespace attune::test {

class TestLoop {
 public:
  operator ports::Loop&() { return loop_; }
  ports::Loop& loop() { return loop_; }

  // The task's result; the test ends where there is none within a minute.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    start<T>(std::move(task), [&](T value) {
      result.emplace(std::move(value));
      loop_.stop();
    });
    run_until([&] { return result.has_value(); });
    return std::move(*result);
  }

  // Runs the loop, asking after each of its wake-ups.
  void run_until(const std::function<bool()>& condition) {
    const auto limit = loop_.after(std::chrono::seconds(60), [] {
      ADD_FAILURE() << "waited for a minute in vain";
      std::abort();
    });
    while (!condition()) {
      const auto look_again = loop_.after(std::chrono::milliseconds(2), [this] { loop_.stop(); });
      loop_.run();
    }
  }

  // Whatever was posted before is done.
  void settle() {
    bool is_settled = false;
    loop_.post([&] { is_settled = true; });
    run_until([&] { return is_settled; });
  }

 private:
  main::AsioLoop loop_;
};

}  // namespace attune::test
