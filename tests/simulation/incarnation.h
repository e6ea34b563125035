// SPDX-License-Identifier: Apache-2.0
// Incarnation: one manager of a simulated project, from its start to its end or its death: the product's
// kernel, on ports of the simulation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/deploy/deployer.h"
#include "runtime/main/kernel.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/sim_hypervisor.h"
#include "tests/simulation/sim_shell.h"
#include "tests/simulation/sim_store.h"

namespace attune::simulation {

class Incarnation {
 public:
  struct Parts {
    std::shared_ptr<const dsl::LoadedProject> project;
    SimWorld& world;
    SimDisk& disk;
    Log& log;
    Duration wall_ahead{};
    uint64_t seed = 0;  // of its planner
    SimStore::Onlooker on_store;
    SimHypervisor::Deed on_deed;
  };
  explicit Incarnation(Parts parts);
  ~Incarnation();

  // Replays the journal and begins to live. An Error: the journal does not fit.
  Result<void> begin();
  // From here on nothing of it reaches the world. May be called by whatever it does.
  void cut_off();
  // Lets what is left of it come to an end by itself, away from the world. After cut_off(), and from outside.
  // False: it does not end.
  bool fade();

  void pipe_line(const std::string& line);

  main::Kernel& kernel() { return *kernel_; }
  Timeline& loop() { return loop_; }
  SimStore& store() { return store_; }
  Session& session() { return *session_; }
  const std::optional<main::Kernel::End>& end() const { return end_; }
  uint64_t lines() const { return lines_; }  // put into its pipe

 private:
  void drain();
  void plan_in_simulated_time();
  Result<traffic::Rates> traffic();

  Parts parts_;
  Timeline loop_;
  std::shared_ptr<Session> session_;
  SimShell shell_;
  main::ShellGate gate_;
  SimHypervisor hypervisor_;
  deploy::Deployer deployer_;
  SimStore store_;
  Dice planner_;
  std::unique_ptr<main::Kernel> kernel_;
  std::optional<main::Kernel::End> end_;
  uint64_t lines_ = 0;
};

}  // namespace attune::simulation
