// SPDX-License-Identifier: Apache-2.0
// ConnectGate: lets only so many connections be made at once, in the order of asking: a thousand handshakes
// side by side would all be slow, and the last ones too late. The SSH thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <utility>

namespace attune::transport {

class ConnectGate {
 public:
  explicit ConnectGate(size_t most) : free_(most) {}

  // A place at the gate: waiting, or passed. Its end gives the place to the next.
  class Pass {
   public:
    Pass(ConnectGate& gate, std::function<void()> enter) : gate_(gate), enter_(std::move(enter)) {}
    ~Pass() {
      if (is_in_) gate_.leave();
    }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    friend class ConnectGate;
    ConnectGate& gate_;
    std::function<void()> enter_;
    bool is_in_ = false;
  };

  // `enter` is called as soon as there is room, maybe at once, while the Pass lives.
  [[nodiscard]] std::shared_ptr<Pass> ask(std::function<void()> enter) {
    auto pass = std::make_shared<Pass>(*this, std::move(enter));
    waiting_.push_back(pass);
    admit();
    return pass;
  }

 private:
  void leave() {
    ++free_;
    admit();
  }

  void admit() {
    while (free_ > 0 && !waiting_.empty()) {
      const std::shared_ptr<Pass> next = waiting_.front().lock();
      waiting_.pop_front();
      if (!next) continue;
      --free_;
      next->is_in_ = true;
      next->enter_();
    }
  }

  size_t free_;
  std::deque<std::weak_ptr<Pass>> waiting_;
};

}  // namespace attune::transport
