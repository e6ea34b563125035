// SPDX-License-Identifier: Apache-2.0
// IoThread: the one thread that all SSH connections live on, with its own poll loop, so that neither libssh's
// waiting nor its arithmetic delays the core. post() from any thread; all else on the thread itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/unique_fd.h"

namespace attune::transport {

class IoThread {
 public:
  IoThread();
  // Ends the thread; work and timers that wait are dropped on it, so that what they hold ends there.
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  // Runs `work` on the thread, in the order of posting. Any thread.
  void post(std::function<void()> work);

  // A descriptor that is watched, until the handle goes. Who closes it before has nothing to fear.
  class Watch {
   public:
    Watch(IoThread& io, int fd, std::function<void()> ready);
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    void wants(bool read, bool write);

   private:
    friend class IoThread;
    IoThread& io_;
    int fd_;
    uint64_t id_;
    uint32_t events_ = 0;
    std::function<void()> ready_;
  };

  // Work to be done once, later; the handle's end cancels it.
  class Timer {
   public:
    Timer() = default;
    Timer(IoThread& io, Instant at, std::function<void()> work);
    Timer(Timer&& other) noexcept;
    Timer& operator=(Timer&& other) noexcept;
    ~Timer() { cancel(); }
    void cancel();
    explicit operator bool() const { return io_ != nullptr; }

   private:
    IoThread* io_ = nullptr;
    std::pair<Instant, uint64_t> key_;
  };
  Timer after(Duration delay, std::function<void()> work) { return {*this, now() + delay, std::move(work)}; }

  Instant now() const { return std::chrono::steady_clock::now(); }

 private:
  void run();
  void run_posted();
  void run_timers();
  void wait();

  UniqueFd epoll_;
  UniqueFd wake_;
  uint64_t last_id_ = 0;
  std::map<uint64_t, Watch*> watches_;
  std::map<std::pair<Instant, uint64_t>, std::function<void()>> timers_;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // under mutex_
  bool ending_ = false;                        // under mutex_
  std::thread thread_;
};

}  // namespace attune::transport
