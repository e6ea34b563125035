// SPDX-License-Identifier: Apache-2.0
// Task<T>: a coroutine that does one piece of work step by step on the loop's thread: deploying a component,
// migrating a VM. It starts when it is awaited, resumes its awaiter when it ends, and owns its frame. The
// ports return Tasks; what they wait for runs elsewhere and posts its end back to the loop. Ours rather than
// asio::awaitable: the core must run without Asio, in a simulator that has no executor. Loop thread only.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace attune {

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct Resume {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(Handle ended) noexcept { return ended.promise().awaiter; }
        void await_resume() noexcept {}
      };
      return Resume{};
    }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
    void unhandled_exception() { std::terminate(); }  // a library that throws is caught where it is called

    std::coroutine_handle<> awaiter;
    std::optional<T> value;
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

// Turns an operation with a completion callback into something to co_await:
//   T result = co_await Awaitable<T>([&](std::function<void(T)> done) { start(..., std::move(done)); });
// `start` runs at once; `done` is called exactly once, on the loop's thread, also from within `start`.
template <class T>
class Awaitable {
 public:
  using Done = std::function<void(T)>;
  explicit Awaitable(std::function<void(Done)> start) : start_(std::move(start)) {}

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiter) {
    start_([this, awaiter](T value) {
      value_.emplace(std::move(value));
      if (starting_) return;  // ended within start(): simply go on
      awaiter.resume();
    });
    starting_ = false;
    return !value_.has_value();
  }
  T await_resume() { return std::move(*value_); }

 private:
  std::function<void(Done)> start_;
  std::optional<T> value_;
  bool starting_ = true;
};

namespace internal {
// A coroutine nobody awaits: it destroys itself when it ends.
struct Detached {
  struct promise_type {
    Detached get_return_object() noexcept { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
};

template <class T>
Detached run_detached(Task<T> task, std::function<void(T)> done) {
  done(co_await std::move(task));
}
}  // namespace internal

// Starts the task now and calls `done` with its result, on the loop's thread. The task must end before what
// it refers to is gone: cancel through its stop_token and wait for `done`.
template <class T>
void start(Task<T> task, std::function<void(T)> done) {
  internal::run_detached(std::move(task), std::move(done));
}

}  // namespace attune
