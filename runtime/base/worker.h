// SPDX-License-Identifier: Apache-2.0
// Worker: one thread that does what would block the loop (reading large files, looking up names), one piece
// after the other. What it finds is posted back by the piece itself. Any thread may post.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace attune {

class Worker {
 public:
  Worker();
  // Ends after the piece that runs now; what waits is dropped.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void post(std::function<void()> work);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // under mutex_
  bool ending_ = false;                        // under mutex_
  std::thread thread_;
};

}  // namespace attune
