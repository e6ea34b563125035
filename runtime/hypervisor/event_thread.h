// SPDX-License-Identifier: Apache-2.0
// EventThread: runs libvirt's event loop, which keeps connections alive and delivers their events. It must be
// there before the first connection is made. libvirt allows one event loop per process, so one EventThread
// lives at a time. Callbacks come on its thread: they only post to the loop. Where libvirt cannot be
// initialised there is no loop, and every connection fails.
#pragma once

#include <atomic>
#include <string>
#include <thread>

namespace attune::hypervisor {

class EventThread {
 public:
  EventThread();
  ~EventThread();
  EventThread(const EventThread&) = delete;
  EventThread& operator=(const EventThread&) = delete;

  // Why there is no event loop; empty where it runs.
  const std::string& obstacle() const { return obstacle_; }

 private:
  void run();

  std::atomic<bool> ending_ = false;
  std::string obstacle_;
  int wake_timer_ = -1;
  std::thread thread_;
};

}  // namespace attune::hypervisor
