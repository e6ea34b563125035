// SPDX-License-Identifier: Apache-2.0
// EventQueue: events on their way to the engine, bounded. Who can be made to wait (the pipe) is not read
// while it is full; what comes from who cannot (a probe's channel) is refused and counted; the manager's own
// events are always taken: of a full queue the newest of a name and component counts. Loop thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

#include "runtime/workflow/event.h"

namespace attune::events {

class EventQueue {
 public:
  // `on_event` is called when the queue, empty before, has got an event; `on_room` when it was full and is
  // half empty again.
  explicit EventQueue(size_t capacity) : capacity_(capacity) {}
  void on_event(std::function<void()> call) { on_event_ = std::move(call); }
  void on_room(std::function<void()> call) { on_room_ = std::move(call); }

  // False, and not taken, where the queue is full.
  bool offer(workflow::Event event);
  // Taken in any case.
  void push(workflow::Event event);
  // Taken in any case; where the queue is full, the oldest of the same name and component leaves for it. Says
  // whether one did.
  bool push_newest(workflow::Event event);
  // The oldest ones, at most `count`.
  std::vector<workflow::Event> take(size_t count);

  bool is_full() const { return events_.size() >= capacity_; }
  size_t size() const { return events_.size(); }
  size_t capacity() const { return capacity_; }

 private:
  size_t capacity_;
  bool was_full_ = false;
  std::deque<workflow::Event> events_;
  std::function<void()> on_event_ = [] {};
  std::function<void()> on_room_ = [] {};
};

}  // namespace attune::events
