// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/io_thread.h"

#include <algorithm>
#include <array>
#include <utility>

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace attune::transport {

namespace {
constexpr uint64_t kWakeId = 0;
}

IoThread::IoThread() : epoll_(epoll_create1(EPOLL_CLOEXEC)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kWakeId;
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "attune-ssh");
}

IoThread::~IoThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

void IoThread::post(std::function<void()> work) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = posted_.empty();
    posted_.push_back(std::move(work));
  }
  if (was_empty) eventfd_write(wake_.get(), 1);
}

void IoThread::run() {
  while (true) {
    run_posted();
    {
      const std::lock_guard lock(mutex_);
      if (ending_) break;
    }
    run_timers();
    wait();
  }
  timers_.clear();
}

void IoThread::run_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (const auto& piece : work) piece();
}

void IoThread::run_timers() {
  const Instant until = now();
  while (!timers_.empty() && timers_.begin()->first.first <= until) {
    const auto due = timers_.extract(timers_.begin());
    due.mapped()();
  }
}

void IoThread::wait() {
  int timeout_ms = -1;
  if (!timers_.empty()) {
    const auto left = timers_.begin()->first.first - now();
    const auto left_ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    timeout_ms = static_cast<int>(std::clamp<int64_t>(left_ms, 0, 60'000));
  }
  std::array<epoll_event, 64> events;
  const int count = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  for (int i = 0; i < count; ++i) {
    const uint64_t id = events[static_cast<size_t>(i)].data.u64;
    if (id == kWakeId) {
      eventfd_t value = 0;
      eventfd_read(wake_.get(), &value);
      continue;
    }
    const auto found = watches_.find(id);  // an earlier one of this round may have ended it
    if (found == watches_.end()) continue;
    const std::function<void()> ready = found->second->ready_;
    ready();
  }
}

IoThread::Watch::Watch(IoThread& io, int fd, std::function<void()> ready)
    : io_(io), fd_(fd), id_(++io.last_id_), ready_(std::move(ready)) {
  epoll_event event{};
  event.data.u64 = id_;
  epoll_ctl(io_.epoll_.get(), EPOLL_CTL_ADD, fd_, &event);
  io_.watches_.emplace(id_, this);
}

IoThread::Watch::~Watch() {
  io_.watches_.erase(id_);
  epoll_event event{};
  epoll_ctl(io_.epoll_.get(), EPOLL_CTL_DEL, fd_, &event);
}

void IoThread::Watch::wants(bool read, bool write) {
  const uint32_t events = (read ? EPOLLIN : 0U) | (write ? EPOLLOUT : 0U);
  if (events == events_) return;
  events_ = events;
  epoll_event event{};
  event.events = events;
  event.data.u64 = id_;
  epoll_ctl(io_.epoll_.get(), EPOLL_CTL_MOD, fd_, &event);
}

IoThread::Timer::Timer(IoThread& io, Instant at, std::function<void()> work)
    : io_(&io), key_(at, ++io.last_id_) {
  io_->timers_.emplace(key_, std::move(work));
}

IoThread::Timer::Timer(Timer&& other) noexcept
    : io_(std::exchange(other.io_, nullptr)), key_(std::move(other.key_)) {}

IoThread::Timer& IoThread::Timer::operator=(Timer&& other) noexcept {
  cancel();
  io_ = std::exchange(other.io_, nullptr);
  key_ = std::move(other.key_);
  return *this;
}

void IoThread::Timer::cancel() {
  if (io_ != nullptr) io_->timers_.erase(key_);
  io_ = nullptr;
}

}  // namespace attune::transport
