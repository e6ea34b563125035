// SPDX-License-Identifier: Apache-2.0
// Dispatcher: hands each call to the implementation that its key names, holds it to its timeout, and tells
// how it ended. Where that leaves open whether the component runs, it is asked before that is told. Loop
// thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/ports/loop.h"
#include "runtime/workflow/call.h"
#include "wrappers/implementation.h"

namespace attune::main {

class Dispatcher {
 public:
  // Called once for each call, never from within start(), but maybe from within cancel().
  using Ended = std::function<void(workflow::CallId, workflow::CallOutcome)>;

  // A call that was told to end and has not for this long is lost; so is one of which nobody can say in that
  // time what became of it.
  static constexpr Duration kGrace = std::chrono::seconds(60);

  Dispatcher(ports::Loop& loop, Ended ended) : loop_(loop), ended_(std::move(ended)) {}
  ~Dispatcher();

  // The implementation must outlive all calls.
  void add(wrappers::Implementation& implementation);
  wrappers::Implementation* find(std::string_view key) const;
  const std::vector<wrappers::Implementation*>& implementations() const { return implementations_; }

  void start(workflow::Call call);
  // Asks it to end; its outcome says what came of that. One that is not open is no error.
  void cancel(workflow::CallId call);
  void cancel_all();

  // Nothing is open, and nothing that was given up is still at work.
  bool is_idle() const { return open_.empty() && at_work_ == 0; }
  bool is_open(workflow::CallId call) const { return open_.contains(call); }
  bool is_calling(system::ComponentId component) const;
  // Calls `idle` once it is.
  void when_idle(std::function<void()> idle);

  // How far a call is, for people.
  void progress(workflow::CallId call, std::string text);
  struct OpenCall {
    workflow::Call call;
    std::string progress;
  };
  std::vector<OpenCall> open_calls() const;

 private:
  struct Open;
  void begin(const std::shared_ptr<Open>& open);
  void time_out(Open& open);
  void ask_to_end(Open& open);
  void give_up(workflow::CallId call);
  void ended(workflow::CallId call, workflow::CallOutcome outcome);
  void resolve(Open& open, workflow::CallOutcome outcome);
  void end(workflow::CallId call, workflow::CallOutcome outcome);
  void tell_idle();

  ports::Loop& loop_;
  Ended ended_;
  std::vector<wrappers::Implementation*> implementations_;
  std::map<workflow::CallId, std::shared_ptr<Open>> open_;
  size_t at_work_ = 0;  // implementations' invocations that have not come to their end
  std::function<void()> idle_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
