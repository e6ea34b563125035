// SPDX-License-Identifier: Apache-2.0
// key="Probe": runs a probe on the host where its subject is, brings its lines to the manager's queue, starts
// it again when it dies and takes it along when the subject moves. The first param names the program: a stock
// probe
// ("cpu") or a script of the project's; the third the subject. Loop thread only.
#pragma once

#include <map>
#include <memory>

#include "wrappers/host_access.h"
#include "wrappers/implementation.h"

namespace attune::wrappers {

class Probe final : public Implementation {
 public:
  explicit Probe(World& world) : world_(world) {}
  // Stops what runs; their ends come while the loop still turns.
  ~Probe() override;

  std::string_view key() const override { return "Probe"; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // A probe does not outlive its manager's connection, so adopting one that was started starts it again; what
  // might be left of the old one ends first.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;

 private:
  struct Watch;

  Task<workflow::CallOutcome> create(workflow::Call call);
  Task<workflow::CallOutcome> stop(system::ComponentId component);
  Task<int> keep_running(std::shared_ptr<Watch> watch);
  Task<std::string> run_once(std::shared_ptr<Watch> watch);
  Task<int> pause(std::shared_ptr<Watch> watch);
  void follow(const std::shared_ptr<Watch>& watch);
  ports::Command command_for(const Watch& watch, const HostAccess& access, const system::Component& subject,
                             const system::Component& probe);

  World& world_;
  std::map<system::ComponentId, std::shared_ptr<Watch>> watches_;
};

}  // namespace attune::wrappers
