// SPDX-License-Identifier: Apache-2.0
// Kernel: the manager without a place of its own: engine, driver, intake, implementations and watches on the
// ports that it is given, and the order of its life: it takes over a history, adopts what runs, begins,
// serves, and ends. The same object in attuned, which gives it the real world, and in the simulation. Loop
// thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dsl/project_loader.h"
#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/main/driver.h"
#include "runtime/main/event_figure_keeper.h"
#include "runtime/main/implementations.h"
#include "runtime/main/intake.h"
#include "runtime/main/last_failure.h"
#include "runtime/main/live_daemon.h"
#include "runtime/main/metrics.h"
#include "runtime/main/run_ends.h"
#include "runtime/main/shell_gate.h"
#include "runtime/main/watches.h"
#include "runtime/workflow/history.h"
#include "runtime/workflow/store.h"

namespace attune::main {

class Kernel {
 public:
  // The world, and where in it things are. What is referred to must outlive the kernel.
  struct Surroundings {
    ports::Loop& loop;
    const Clock& clock;
    Log& log;
    ShellGate& shell;
    ports::Hypervisor& hypervisor;
    deploy::Deployer& deployer;
    workflow::Store& store;
    std::string stock;    // the folder with what ships
    std::string pipe;     // where events are written to
    std::string journal;  // for who asks for the log
    std::function<std::chrono::seconds(WallTime)> utc_offset;
    wrappers::Software::Onlooker deployments;  // empty functions: nobody looks
  };
  struct Onlooker {
    std::function<void()> serves;                      // it has begun
    std::function<void(const std::string& why)> ends;  // from now on nothing new is begun
    std::function<void()> closes;                      // nothing is taken from outside any more
    std::function<void()> rests;  // nothing is under way any more, and the world still stands
  };

  // The project must outlive it. No event is taken before it has begun.
  Kernel(const dsl::LoadedProject& loaded, Surroundings around, Onlooker onlooker);
  ~Kernel();

  // Made here, to be filled from the journal before take_over().
  workflow::History new_history() { return workflow::History(system_); }
  // The first of all: closes what the history left open.
  void take_over(const workflow::History& history);

  // Adopts, begins and serves until it ends; `ended` is called once, with how.
  struct End {
    std::optional<Error> failure;
    bool has_begun = false;  // else nothing was asked of the components yet
    bool is_clean = true;    // else something is still under way that may refer to it: do not destroy it
  };
  void live(std::function<void(End)> ended);

  // Ends in order, without the stop diagram: calls under way are told to end, what they came to is
  // journalled, and the components stay as they are, for the next manager to adopt.
  void end(std::string why);
  // While the journal cannot be written nothing is begun.
  void disk_is_full(std::optional<Error> full);

  const system::System& system() const { return system_; }
  const workflow::Engine& engine() const { return engine_; }
  const wrappers::World& world() const { return world_; }
  Driver& driver() { return driver_; }
  Intake& intake() { return intake_; }
  Planner& planner() { return implementations_->planner(); }  // until it ends
  LiveDaemon& daemon() { return daemon_; }                    // what is asked by hand
  bool is_serving() const { return is_serving_; }

 private:
  wrappers::World make_world();
  void connect();
  Task<End> life();
  Task<int> begin();
  void stop_ended(const control::EndedRun& stop);
  Task<End> finish();
  Task<bool> durable(workflow::Effects effects);
  void fail_with(Error error);

  const Surroundings around_;
  const Onlooker onlooker_;
  const dsl::LoadedProject& loaded_;
  system::System system_;
  workflow::Engine engine_;
  Driver driver_;
  Intake intake_;
  wrappers::World world_;
  std::optional<Implementations> implementations_;
  std::optional<Watches> watches_;
  EventFigureKeeper figures_;
  RunEnds run_ends_;
  LastFailure last_failure_;
  Metrics metrics_;
  LiveDaemon daemon_;

  bool has_begun_ = false;
  bool is_serving_ = false;
  bool is_ending_ = false;
  bool disk_is_full_ = false;
  std::string why_;               // it ends
  std::optional<Error> failure_;  // by which it ends
  std::function<void()> wake_;    // while it serves: goes on to the end
};

}  // namespace attune::main
