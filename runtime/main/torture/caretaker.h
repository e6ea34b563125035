// SPDX-License-Identifier: Apache-2.0
// Caretaker: what torture itself does on a host, whatever the component's stubs do: looks at what is there of
// it, kills that, and takes it away. Loop thread only.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/main/torture/sight.h"
#include "runtime/ports/shell.h"
#include "runtime/system/system.h"

namespace attune::torture {

// What there may be of a tortured component on its host, and by what it is known.
struct Place {
  std::string host, component;
  std::string mark;                // in its programs' environment
  std::string container;           // podman's; empty: it has none
  std::vector<std::string> units;  // of systemd that are its own
};

class Caretaker {
 public:
  // Both must outlive it.
  Caretaker(ports::Shell& shell, const system::System& system) : shell_(shell), system_(system) {}

  // An Error: the host does not answer.
  Task<Result<int>> reach(std::string host);
  Task<Result<Sight>> look(Place place);
  // Whether a program whose connection was cut is still at work there.
  Task<Result<bool>> has_cut_call(Place place);
  Task<Result<int>> kill_processes(Place place);
  // What would be started again by others when it is killed is ended by them: units, and the container, which
  // is removed.
  Task<Result<int>> dismiss(Place place);
  // Its units are as if they had not failed, nor been started before: systemd refuses what is started too
  // often.
  Task<Result<int>> calm(Place place);
  // Those of its units that systemd starts again when they die.
  Task<Result<std::set<std::string>>> restarted_units(Place place);
  // So that it can be deployed as if for the first time.
  Task<Result<int>> forget(Place place);
  // All of the project's, and whatever bears a mark that begins so.
  Task<Result<int>> remove(std::string host, std::string mark);

 private:
  Task<Result<std::string>> run(std::string host, std::string_view script,
                                std::vector<std::string> arguments);
  std::string folder_on(const std::string& host) const;

  ports::Shell& shell_;
  const system::System& system_;
};

}  // namespace attune::torture
