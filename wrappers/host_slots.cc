// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_slots.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace attune::wrappers {

bool HostSlots::try_enter(const std::string& host) {
  if (at_work_.size() >= hosts_ && !at_work_.contains(host)) return false;
  ++at_work_[host];
  return true;
}

Task<bool> HostSlots::enter(std::string host, std::stop_token stop) {
  if (stop.stop_requested()) co_return false;
  if (try_enter(host)) co_return true;
  const auto own = std::make_shared<Waiting>(Waiting{std::move(host), {}});
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<bool>([&](std::function<void(bool)> done) {
    own->done = std::move(done);
    waiting_.push_back(own);
    stopped.emplace(stop, std::function<void()>([this, own] {
                      std::erase(waiting_, own);
                      if (own->done) std::exchange(own->done, nullptr)(false);
                    }));
  });
}

// Who is let in may leave within its turn, so the queue is looked at anew each time.
void HostSlots::leave(const std::string& host) {
  const auto found = at_work_.find(host);
  if (found != at_work_.end() && --found->second == 0) at_work_.erase(found);
  for (;;) {
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [this](const auto& waiting) { return try_enter(waiting->host); });
    if (next == waiting_.end()) return;
    const std::shared_ptr<Waiting> entered = std::move(*next);
    waiting_.erase(next);
    std::exchange(entered->done, nullptr)(true);
  }
}

}  // namespace attune::wrappers
