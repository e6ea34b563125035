// SPDX-License-Identifier: Apache-2.0
#include "wrappers/kept_command.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "wrappers/outcome.h"

namespace attune::wrappers {

// Shared with the coroutine, which may outlive the owner by the time that the command needs to end.
struct KeptCommand::State {
  ports::Shell& shell;
  ports::Loop& loop;
  Duration pause;
  std::string name;
  Next next;
  Failed failed;
  std::stop_source ended;  // for good
  std::stop_source round;  // the present round
  bool running = true;
  std::function<void(int)> on_end;  // who waits for it to be gone
};

KeptCommand::KeptCommand(ports::Shell& shell, ports::Loop& loop, Duration pause, std::string name, Next next,
                         Failed failed)
    : state_(std::make_shared<State>(
          State{shell, loop, pause, std::move(name), std::move(next), std::move(failed), {}, {}, true, {}})) {
  start<int>(run(state_), [state = state_](int code) {
    state->running = false;
    if (state->on_end) std::exchange(state->on_end, nullptr)(code);
  });
}

KeptCommand::~KeptCommand() {
  state_->ended.request_stop();
  state_->round.request_stop();
}

void KeptCommand::restart() {
  state_->round.request_stop();
}

Task<int> KeptCommand::stop() {
  const std::shared_ptr<State> state = state_;
  state->ended.request_stop();
  state->round.request_stop();
  if (!state->running) co_return 0;
  co_return co_await Awaitable<int>([&](auto done) { state->on_end = std::move(done); });
}

Task<int> KeptCommand::run(std::shared_ptr<State> state) {
  while (!state->ended.stop_requested()) {
    state->round = std::stop_source();
    const std::string why = co_await run_once(state);
    if (state->ended.stop_requested() || state->round.stop_requested()) continue;
    state->failed(why);
    co_await rest(state);
  }
  co_return 0;
}

// Runs it until it ends and says why it did.
Task<std::string> KeptCommand::run_once(std::shared_ptr<State> state) {
  auto round = state->next();
  if (!round) co_return round.error().message;
  const std::string what = fmt::format("{} on {}", state->name, round->host.name);
  const auto end =
      co_await state->shell.run(round->host, std::move(round->command), state->round.get_token());
  const workflow::CallOutcome outcome = outcome_of(end, what);
  if (const auto* lost = std::get_if<workflow::CallLost>(&outcome)) co_return lost->why;
  const auto* exited = std::get_if<workflow::CallExited>(&outcome);
  if (exited != nullptr && exited->code != 0) co_return exited->message;
  co_return what + " ended";
}

// Ends after the pause, or as soon as it is stopped or told to start again.
Task<int> KeptCommand::rest(std::shared_ptr<State> state) {
  std::unique_ptr<ports::Loop::Timer> timer;
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<int>([&](std::function<void(int)> done) {
    const auto once = std::make_shared<std::function<void(int)>>(std::move(done));
    const std::function<void()> end = [once] {
      if (*once) std::exchange(*once, nullptr)(0);
    };
    timer = state->loop.after(state->pause, end);
    stopped.emplace(state->round.get_token(), std::function<void()>([state, end] { state->loop.post(end); }));
  });
}

}  // namespace attune::wrappers
