// SPDX-License-Identifier: Apache-2.0
// Implementation: what a WDL key names. The dispatcher hands it a call and awaits how it ended; it reaches
// the world only through the ports in its World. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/task.h"
#include "runtime/ports/hypervisor.h"
#include "runtime/ports/loop.h"
#include "runtime/ports/shell.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"

namespace attune::deploy {
class Deployer;
}

namespace attune::wrappers {

// What an implementation may touch. All outlive every call.
struct World {
  const system::System& system;  // to read; changes go into CallExited::changes
  ports::Shell& shell;
  ports::Hypervisor& hypervisor;
  deploy::Deployer& deployer;
  ports::Loop& loop;
  const Clock& clock;
  Log& log;
  std::string stock;  // the directory with the probes, wrappers and diagrams that ship
  std::string pipe;   // the manager's FIFO
  // Puts a line of a probe's into the manager's queue, as if it had come through the pipe.
  std::function<void(std::string_view line, std::string_view source)> event_line;
  // Raises one of the manager's own events.
  std::function<void(std::string_view event, std::string_view component,
                     std::vector<std::pair<std::string, std::string>> values)>
      raise;
  // Tells a person, as a diagram's alert() does.
  std::function<void(std::string text, std::string component)> alert;
  // What the world did by itself, such as a VM that somebody else moved. `source` is who says so.
  std::function<void(system::Change change, std::string source)> observed;
  // Progress of a long call, for status and the log: "63 of 128 MiB".
  std::function<void(workflow::CallId call, std::string progress)> progress;
  // Of which VMs it was said that what they tell is not used as their address, and how.
  std::map<system::ComponentId, std::set<std::string>> misnamed = {};
  // Whether a host that is off was switched off while it had nothing, by what its family names as its power.
  std::function<bool(const std::string& host)> is_switched_off = {};
};

class Implementation {
 public:
  virtual ~Implementation() = default;

  virtual std::string_view key() const = 0;

  // Carries the call out. A stop request means: end it, find out what it has done, and say so.
  virtual Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) = 0;

  // After a restart of the manager: takes over what the component left running in the world (a process, a VM,
  // a probe's channel), starting nothing twice. Says what state it found it in.
  virtual Task<Result<system::Lifecycle>> adopt(system::ComponentId component) = 0;

  // The host answers, for the first time or again: looks there for what the system has elsewhere by now, ends
  // it where that is safe, and tells.
  virtual Task<int> look_over(std::string /*host*/) { co_return 0; }

  // Of a call whose end was lost: whether what it wanted is so, by what the system knows since adopt() found
  // its component running. Starts and stops need no answer here.
  virtual bool has_come_about(const workflow::Call&) const { return false; }
};

}  // namespace attune::wrappers
