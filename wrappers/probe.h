// SPDX-License-Identifier: Apache-2.0
// key="Probe": runs a probe on the host where its subject is, brings its lines to the manager's queue, starts
// it again when it dies and takes it along when the subject moves. The first param names the program: a stock
// probe
// ("cpu") or a script of the project's; the third the subject. Loop thread only.
#pragma once

#include <map>
#include <memory>

#include "wrappers/implementation.h"
#include "wrappers/kept_command.h"

namespace attune::wrappers {

class Probe final : public Implementation {
 public:
  explicit Probe(World& world);
  ~Probe() override;

  // What the script that starts a probe says on its output just before the probe has it.
  static constexpr std::string_view kBegins = "attune-probe-begins";

  std::string_view key() const override { return "Probe"; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // A probe does not outlive its manager's connection, so adopting one that was started starts it again; what
  // might be left of the old one ends first. One that was about to start or to stop has stopped.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;

 private:
  struct Watch;

  // `waits`: until its program runs; else a host that does not answer yet is no failure.
  Task<workflow::CallOutcome> create(workflow::Call call, bool waits, std::stop_token stopped);
  // Whether what the call asks for runs, with the very same arguments.
  bool is_running_as(const workflow::Call& call) const;
  void begin(const workflow::Call& call, std::string program, const std::string& subject);
  Task<int> first_news(system::ComponentId probe, std::stop_token stopped);
  void wake(system::ComponentId probe);
  void has_begun(system::ComponentId probe);
  Task<workflow::CallOutcome> stop(system::ComponentId component);
  Result<KeptCommand::Round> next_round(Watch& watch);
  void round_failed(Watch& watch, const std::string& why);
  Task<int> end_left(system::ComponentId probe, std::string subject);
  Task<int> clear_behind(const Watch& watch);
  void follow(Watch& watch);

  World& world_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::map<system::ComponentId, std::unique_ptr<Watch>> watches_;
};

}  // namespace attune::wrappers
