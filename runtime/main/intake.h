// SPDX-License-Identifier: Apache-2.0
// Intake: the way of an event from a line, or from the manager itself, through the queue into the engine;
// what is not one is counted. Loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/log.h"
#include "runtime/events/event_queue.h"
#include "runtime/events/rejections.h"
#include "runtime/events/vocabulary.h"
#include "runtime/main/driver.h"
#include "runtime/model/project.h"
#include "runtime/workflow/engine.h"

namespace attune::main {

class Intake {
 public:
  static constexpr size_t kQueue = 16'384;  // events
  static constexpr size_t kAtOnce = 512;  // given to the engine in one turn of the loop, and written together

  // All must outlive it.
  Intake(const model::Project& project, workflow::Engine& engine, Driver& driver, ports::Loop& loop,
         Log& log);
  ~Intake();

  // A line of a probe's. From the pipe, whose writers can be made to wait, it is always taken; `pause` and
  // `resume` are called to make them. From elsewhere it is refused, and counted, while the queue is full.
  void pipe_line(std::string_view line);
  void channel_line(std::string_view line, std::string_view sender);
  void on_pause(std::function<void()> pause, std::function<void()> resume);

  // Who takes events of probes that are no reasons for a run, and says whether it has; nobody unless it is
  // said.
  void divert(std::function<bool(const workflow::Event&)> taken) { diverted_ = std::move(taken); }

  // One of the manager's own: always taken. While the queue is full, an older one of the same name and
  // component leaves for it, and is counted.
  void raise(std::string_view event, std::string_view component,
             std::vector<std::pair<std::string, std::string>> values, std::string source);

  // By hand: past the queue, so that who asks gets the answer. The Error says why it is not an event.
  Result<workflow::Effects> accept(const workflow::Event& event);

  // Events stay in the queue until hold(false).
  void hold(bool held);
  // `idle` is called when the queue has become empty, also where what left it was no event after all, which
  // leaves no record.
  void on_idle(std::function<void()> idle) { idle_ = std::move(idle); }

  const events::Rejections& rejections() const { return rejections_; }
  size_t queued() const { return queue_.size(); }

 private:
  // Nothing where it was no event that such a sender may raise, which has been counted then.
  std::optional<workflow::Event> read(std::string_view line, std::string_view sender);
  void schedule();
  void drain();
  Result<workflow::Effects> judged(const workflow::Event& event, events::Fault& fault);

  const events::Vocabulary vocabulary_;
  workflow::Engine& engine_;
  Driver& driver_;
  ports::Loop& loop_;
  events::Rejections rejections_;
  events::EventQueue queue_{kQueue};
  std::function<void()> pause_ = [] {}, idle_ = [] {};
  std::function<bool(const workflow::Event&)> diverted_ = [](const workflow::Event&) { return false; };
  bool held_ = false;
  bool scheduled_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
