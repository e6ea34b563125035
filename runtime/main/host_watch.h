// SPDX-License-Identifier: Apache-2.0
// HostWatch: keeps an eye on every host that can be reached: whether it answers, and what it has where nobody
// said. What it finds changes the system and raises host_down and host_up; host_down also where a manager
// before knew it already, since nobody can tell whether that was answered. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/main/driver.h"
#include "runtime/main/intake.h"
#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"
#include "runtime/system/system.h"
#include "runtime/workflow/engine.h"

namespace attune::main {

struct Capacity {  // zero: nothing is said of it
  unsigned cpus = 0;
  model::Size memory{};
};

class HostWatch {
 public:
  struct Parts {
    const system::System& system;
    workflow::Engine& engine;
    Driver& driver;
    Intake& intake;
    ports::Shell& shell;
    Log& log;
    ports::Loop& loop;
  };
  // Who wants to know: of each host that answers, the first time and after a silence; and of each that is
  // watched no longer.
  struct Onlooker {
    std::function<void(const system::Host&)> came_up;
    std::function<void(const std::string& host)> let_go;
  };
  // All parts must outlive it.
  HostWatch(Parts parts, Duration silence, Onlooker onlooker);
  ~HostWatch();

  // Takes up the hosts that can be reached by now and are not watched, and lets go of those that are gone. To
  // be called at the start and after what may have changed it.
  void look();
  // Whether the record may have changed what look() would find.
  static bool concerns(const workflow::Record& record);

 private:
  void changed(const std::string& name, ports::HostHealth health);
  void ask_those_off();
  bool may_be_on(const std::string& name) const;
  void ask(const std::string& name);
  void raise(std::string_view event, const std::string& host);
  void observe(const system::Host& host, system::HostState state, Capacity found);
  void discover(const system::Host& host);

  Parts parts_;
  Duration silence_;
  Onlooker onlooker_;
  struct Watched {
    std::string address;
    bool is_told = false;                     // how it is, since it is watched
    std::optional<ports::HostHealth> health;  // what was heard last
  };
  std::map<std::string, Watched> watched_;  // by host name
  std::unique_ptr<ports::Loop::Timer> asks_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// What `nproc` and /proc/meminfo say, as the discovering command prints it: "4\n8167400\n".
Result<Capacity> parse_capacity(std::string_view text);

}  // namespace attune::main
