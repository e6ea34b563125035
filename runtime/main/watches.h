// SPDX-License-Identifier: Apache-2.0
// Watches: what the manager looks after by itself: whether hosts answer and how loaded they and their sites
// are, and whether components still run. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "runtime/main/driver.h"
#include "runtime/main/host_watch.h"
#include "runtime/main/intake.h"
#include "runtime/main/site_watch.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"
#include "wrappers/host_load.h"
#include "wrappers/implementation.h"
#include "wrappers/status_watch.h"

namespace attune::main {

class Watches {
 public:
  struct Parts {
    system::System& system;
    workflow::Engine& engine;
    Driver& driver;
    Intake& intake;
    wrappers::World& world;
  };
  // All parts must outlive it. Watches the hosts from now on.
  explicit Watches(Parts parts);
  ~Watches();

  // Adoption is over: asks the components' status stubs from now on, and looks over each host that answers
  // for copies that should not be there.
  void ask_components();
  // Asks and measures nothing more. Calls `idle`, unless this is destroyed before, once no status stub runs
  // any more.
  void stop(std::function<void()> idle);
  // A record that was decided: it may mean that another host can be watched, soon: at once, or 100 ms after
  // the last look.
  void look(const workflow::Record& record);

 private:
  void watch_sites();
  void came_up(const system::Host& host);
  void look_over(const system::Host& host);

  Parts parts_;
  std::optional<SiteWatch> sites_;          // where a diagram answers what it raises
  std::optional<wrappers::HostLoad> load_;  // where loads are measured
  HostWatch hosts_;
  std::optional<wrappers::StatusWatch> status_;
  bool will_look_ = false;
  Instant last_look_{};
  std::unique_ptr<ports::Loop::Timer> look_later_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
