// SPDX-License-Identifier: Apache-2.0
// key="nagios:check_http": a monitoring plugin, as it is, as a probe: run every `interval` on the component's
// host (where it has none, on its subject's), its state and its measurements told as the events that the
// wrapper declares; or run once as a check, which does for a `status`. Nothing of it stays on the host
// between two runs. Loop thread only.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "wrappers/implementation.h"
#include "wrappers/plugin_output.h"

namespace attune::wrappers {

class Plugin final : public Implementation {
 public:
  explicit Plugin(World& world);
  ~Plugin() override;

  static constexpr std::string_view kFamily = "nagios:";

  std::string_view key() const override { return kFamily; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  // One that was started is run again from now on, without waiting for what it says.
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;

 private:
  struct Watch;
  using Ran = Result<PluginOutput>;  // an Error says why it could not be run

  Task<workflow::CallOutcome> check(workflow::Call call, std::stop_token stop);
  Task<workflow::CallOutcome> create(workflow::Call call, std::stop_token stop);
  // Whether what the call asks for runs, with the very same arguments, as far as it could be run.
  bool is_running_as(const workflow::Call& call) const;
  // Whether there was one.
  bool end(system::ComponentId probe);
  void begin(const workflow::Call& call, const std::string& subject);
  void look_later(Watch& watch, Duration after);
  void look(Watch& watch);
  void tell_failure(Watch& watch, const Error& error);
  void tell_unknown(Watch& watch, const PluginOutput& output);
  void has_run(Watch& watch, const Ran& ran);
  Duration interval_of(system::ComponentId component) const;

  World& world_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::map<system::ComponentId, std::unique_ptr<Watch>> watches_;
};

}  // namespace attune::wrappers
