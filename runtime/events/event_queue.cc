// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace attune::events {

bool EventQueue::offer(workflow::Event event) {
  if (is_full()) {
    was_full_ = true;
    return false;
  }
  push(std::move(event));
  return true;
}

void EventQueue::push(workflow::Event event) {
  events_.push_back(std::move(event));
  was_full_ = was_full_ || is_full();
  if (events_.size() == 1) on_event_();
}

bool EventQueue::push_newest(workflow::Event event) {
  const auto older =
      !is_full() ? events_.end() : std::find_if(events_.begin(), events_.end(), [&](const auto& one) {
        return one.name == event.name && one.component == event.component;
      });
  const bool leaves = older != events_.end();
  if (leaves) events_.erase(older);
  push(std::move(event));
  return leaves;
}

std::vector<workflow::Event> EventQueue::take(size_t count) {
  const auto end = events_.begin() + static_cast<ptrdiff_t>(std::min(count, events_.size()));
  std::vector<workflow::Event> taken(std::make_move_iterator(events_.begin()), std::make_move_iterator(end));
  events_.erase(events_.begin(), end);
  if (was_full_ && events_.size() <= capacity_ / 2) {
    was_full_ = false;
    on_room_();
  }
  return taken;
}

}  // namespace attune::events
