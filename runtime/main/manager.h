// SPDX-License-Identifier: Apache-2.0
// Manager: a running attuned: all its parts, made in the order in which each needs those before it, and the
// order of its life: it takes over the journal, adopts what runs, begins, serves, and ends. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dsl/project_loader.h"
#include "runtime/base/clock.h"
#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/control/router.h"
#include "runtime/control/server.h"
#include "runtime/events/event_pipe.h"
#include "runtime/journal/sqlite_store.h"
#include "runtime/main/alerts.h"
#include "runtime/main/console_log.h"
#include "runtime/main/deployment_line.h"
#include "runtime/main/driver.h"
#include "runtime/main/event_figure_keeper.h"
#include "runtime/main/implementations.h"
#include "runtime/main/intake.h"
#include "runtime/main/last_failure.h"
#include "runtime/main/live_daemon.h"
#include "runtime/main/places.h"
#include "runtime/main/real_ports.h"
#include "runtime/main/run_ends.h"
#include "runtime/main/story.h"
#include "runtime/main/watches.h"

namespace attune::main {

class Manager {
 public:
  struct Surroundings {
    ports::Loop& loop;
    const Clock& clock;
    ConsoleLog& log;
    Places places;
    std::string stock;  // the folder with what ships
  };

  // Takes the journal and opens the control socket and the pipe. kExists: another daemon runs the project.
  // What is in the surroundings must outlive it.
  static Result<std::unique_ptr<Manager>> open(dsl::LoadedProject loaded, Surroundings around);
  ~Manager();

  // Adopts, begins and serves until it ends; `ended` is called once, with how.
  struct End {
    std::optional<Error> failure;
    bool is_clean = true;  // else something is still under way that may refer to it: do not destroy it
  };
  void live(std::function<void(End)> ended);

  // Ends in order, without the stop diagram: calls under way are told to end, what they came to is
  // journalled, and the components stay as they are, for the next manager to adopt.
  void end(std::string why);

 private:
  Manager(dsl::LoadedProject loaded, Surroundings around, std::unique_ptr<journal::SqliteStore> store);

  wrappers::World make_world();
  void connect();
  Result<void> take_over();
  Result<void> open_doors();
  void tell(const workflow::Record& record);
  Task<End> life();
  Task<int> begin();
  void stop_ended(const control::EndedRun& stop);
  Task<End> finish();
  Task<bool> durable(workflow::Effects effects);
  void disk_is_full(std::optional<Error> full);
  void fail_with(Error error);

  const Surroundings around_;
  const dsl::LoadedProject loaded_;
  RealPorts ports_;
  system::System system_;
  workflow::Engine engine_;
  std::unique_ptr<journal::SqliteStore> store_;
  Driver driver_;
  Intake intake_;
  wrappers::World world_;
  DeploymentLine deployment_line_;
  std::optional<Implementations> implementations_;
  std::optional<Watches> watches_;
  Story story_;
  Alerts alerts_;
  EventFigureKeeper figures_;
  RunEnds run_ends_;
  LastFailure last_failure_;
  LiveDaemon daemon_;
  control::Router api_;
  std::unique_ptr<control::Server> server_;
  std::unique_ptr<events::EventPipe> pipe_;

  bool is_serving_ = false;
  bool is_ending_ = false;
  bool disk_is_full_ = false;
  std::string why_;               // it ends
  std::optional<Error> failure_;  // by which it ends
  std::function<void()> wake_;    // while it serves: goes on to the end
};

}  // namespace attune::main
