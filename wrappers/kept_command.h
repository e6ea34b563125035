// SPDX-License-Identifier: Apache-2.0
// KeptCommand: a command on a host that is to run for as long as it is wanted: when it ends it is started
// again after a pause, and again at once when restart() says that it belongs elsewhere. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"

namespace attune::wrappers {

class KeptCommand {
 public:
  struct Round {
    ports::HostTarget host;
    ports::Command command;
  };
  // What to run next, asked before each round; an Error counts as a round that failed.
  using Next = std::function<Result<Round>()>;
  // Told after each round that was not ended from here, with why it ended, in one line.
  using Failed = std::function<void(const std::string& why)>;

  // Begins at once. Shell and loop outlive it.
  KeptCommand(ports::Shell& shell, ports::Loop& loop, Duration pause, std::string name, Next next,
              Failed failed);
  // Asks the command to end; its end is awaited by the loop, without calling `next` or `failed` any more.
  ~KeptCommand();
  KeptCommand(const KeptCommand&) = delete;
  KeptCommand& operator=(const KeptCommand&) = delete;

  // Ends the present round, or the pause, and begins the next round.
  void restart();
  // Ends it for good; done when nothing of it runs any more. To be called once.
  Task<int> stop();

 private:
  struct State;
  static Task<int> run(std::shared_ptr<State> state);
  static Task<std::string> run_once(std::shared_ptr<State> state);
  static Task<int> rest(std::shared_ptr<State> state);

  std::shared_ptr<State> state_;
};

}  // namespace attune::wrappers
