// SPDX-License-Identifier: Apache-2.0
// AsioLoop: the loop of the real programs, on Boost.Asio. run() makes the calling thread the loop's thread.
#pragma once

#include <memory>

#include "runtime/ports/loop.h"

namespace boost::asio {
class io_context;
}

namespace attune::main {

class AsioLoop final : public ports::Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;

  void run();   // until stop(); may be called again
  void stop();  // any thread
  boost::asio::io_context& context() { return *context_; }

  void post(std::function<void()> work) override;
  std::unique_ptr<Timer> after(Duration delay, std::function<void()> work) override;
  std::unique_ptr<Watch> on_readable(int fd, std::function<void()> ready) override;

 private:
  std::unique_ptr<boost::asio::io_context> context_;
};

}  // namespace attune::main
