// SPDX-License-Identifier: Apache-2.0
// Manager: a running attuned: the kernel in the real world, with what only the daemon has: a journal on disk,
// a control socket, a pipe, a log for people. Its parts are made in the order in which each needs those
// before it. Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "dsl/project_loader.h"
#include "runtime/base/clock.h"
#include "runtime/base/diagnostic.h"
#include "runtime/base/result.h"
#include "runtime/control/access.h"
#include "runtime/control/router.h"
#include "runtime/control/server.h"
#include "runtime/events/event_pipe.h"
#include "runtime/journal/sqlite_store.h"
#include "runtime/main/alerts.h"
#include "runtime/main/console_log.h"
#include "runtime/main/deployment_line.h"
#include "runtime/main/kernel.h"
#include "runtime/main/left_open.h"
#include "runtime/main/places.h"
#include "runtime/main/real_ports.h"
#include "runtime/main/reloading.h"
#include "runtime/main/service_watchdog.h"
#include "runtime/main/story.h"
#include "runtime/main/traffic_desk.h"

namespace attune::main {

class Manager {
 public:
  struct Surroundings {
    ports::Loop& loop;
    const Clock& clock;
    ConsoleLog& log;
    Places places;
    std::string stock;                                           // the folder with what ships
    std::function<dsl::LoadedProject(Diagnostics& found)> load;  // reads the project anew
  };

  // Takes the journal and opens the control socket and the pipe, or goes on with what was left, which stays
  // there where this fails. kExists: another daemon runs the project. What is in the surroundings must
  // outlive it.
  static Result<std::unique_ptr<Manager>> open(dsl::LoadedProject loaded, Surroundings around,
                                               LeftOpen& left);
  ~Manager();

  // Adopts, begins and serves until it ends; `ended` is called once, with how.
  using End = Kernel::End;
  void live(std::function<void(End)> ended) { kernel_.live(std::move(ended)); }

  // Ends in order, without the stop diagram: calls under way are told to end, what they came to is
  // journalled, and the components stay as they are, for the next manager to adopt.
  void end(std::string why);

  // Has the project read anew, as `by` wishes. Where that is possible, this manager ends for another one.
  void reload(const std::string& by);
  // What is to be run after it has ended for another one; nothing where it has ended for good.
  struct Next {
    dsl::LoadedProject loaded;
    LeftOpen left;
  };
  std::optional<Next> take_next();

 private:
  // What the log says of a record. It is put into words when it is decided, as things are then, and said when
  // it is durable: what never came to be is not told.
  struct Told {
    uint64_t sequence = 0;
    LogLevel level = LogLevel::kInfo;
    std::string text;
    LogFields fields;
  };

  Manager(dsl::LoadedProject loaded, Surroundings around, control::Access access,
          std::unique_ptr<journal::SqliteStore> store);

  Kernel::Surroundings surroundings_of_kernel();
  Kernel::Onlooker onlooker();
  void connect();
  Result<void> take_over(UniqueFd& control);
  Result<void> open_doors(UniqueFd& control);
  void close_doors();
  Result<void> open_remote_door();
  Result<void> open_traffic_desk();
  void tell(const workflow::Record& record);
  void tell_until(uint64_t written);
  void serves();
  void ends(const std::string& why);
  void end_for_another(const std::string& why);
  void disk_is_full(std::optional<Error> full);

  const Surroundings around_;
  const dsl::LoadedProject loaded_;
  const control::Access access_;
  ServiceWatchdog watchdog_;
  RealPorts ports_;
  std::unique_ptr<journal::SqliteStore> store_;
  DeploymentLine deployment_line_;
  Kernel kernel_;
  Story story_;
  std::deque<Told> untold_;  // that are not durable
  Alerts alerts_;
  Reloading reloading_;
  LeftOpen left_;
  std::unique_ptr<TrafficDesk> traffic_;  // where the project has sensors
  control::Router api_;
  std::unique_ptr<control::Server> server_, remote_server_;  // of the socket; over TCP, where that is wanted
  std::unique_ptr<events::EventPipe> pipe_;
};

}  // namespace attune::main
