// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/asio_loop.h"

#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace attune::main {

namespace asio = boost::asio;

namespace {

class AsioTimer final : public ports::Loop::Timer {
 public:
  AsioTimer(asio::io_context& context, Duration delay, std::function<void()> work)
      : timer_(context, std::chrono::duration_cast<asio::steady_timer::duration>(delay)),
        alive_(std::make_shared<bool>(true)) {
    timer_.async_wait([alive = alive_, work = std::move(work)](const boost::system::error_code& error) {
      if (!error && *alive) work();
    });
  }
  ~AsioTimer() override { *alive_ = false; }  // also when its turn is queued already

 private:
  asio::steady_timer timer_;
  std::shared_ptr<bool> alive_;
};

// Keeps itself in the pending wait; ends with `alive` or with the descriptor's error.
class AsioWatch final : public ports::Loop::Watch {
 public:
  AsioWatch(asio::io_context& context, int fd, std::function<void()> ready)
      : state_(std::make_shared<State>(State{{context, fd}, std::move(ready)})) {
    wait(state_);
  }
  ~AsioWatch() override {
    state_->alive = false;
    state_->descriptor.cancel();
    state_->descriptor.release();  // the caller owns the descriptor
  }

 private:
  struct State {
    asio::posix::stream_descriptor descriptor;
    std::function<void()> ready;
    bool alive = true;
  };

  static void wait(const std::shared_ptr<State>& state) {
    state->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                 [state](const boost::system::error_code& error) {
                                   if (error || !state->alive) return;
                                   state->ready();
                                   if (state->alive) wait(state);
                                 });
  }

  std::shared_ptr<State> state_;
};

}  // namespace

AsioLoop::AsioLoop() : context_(std::make_unique<asio::io_context>(1)) {}
AsioLoop::~AsioLoop() = default;

void AsioLoop::run() {
  const auto guard = asio::make_work_guard(*context_);
  context_->restart();
  context_->run();
}

void AsioLoop::stop() {
  context_->stop();
}

void AsioLoop::post(std::function<void()> work) {
  asio::post(*context_, std::move(work));
}

std::unique_ptr<ports::Loop::Timer> AsioLoop::after(Duration delay, std::function<void()> work) {
  return std::make_unique<AsioTimer>(*context_, delay, std::move(work));
}

std::unique_ptr<ports::Loop::Watch> AsioLoop::on_readable(int fd, std::function<void()> ready) {
  return std::make_unique<AsioWatch>(*context_, fd, std::move(ready));
}

}  // namespace attune::main
