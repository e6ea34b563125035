// SPDX-License-Identifier: Apache-2.0
// Planner: what diagrams ask of `placement`. It gathers hosts, machines and traffic as they are, has a plan
// made on a thread of its own, and gives it back as text. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "runtime/base/worker.h"
#include "runtime/main/planner_state.h"
#include "runtime/workflow/record.h"
#include "wrappers/implementation.h"

namespace attune::main {

class Planner final : public wrappers::Implementation {
 public:
  // What machines have sent each other of late, over so long; answers on the loop's thread.
  using Traffic = std::function<void(Duration, std::function<void(Result<traffic::Rates>)>)>;

  // Makes the plan of the State, and answers on the loop's thread, once; or soon, or never, once it is to
  // stop.
  using Making = std::function<void(placement::State, std::stop_token, std::function<void(placement::Plan)>)>;

  // The world must outlive it.
  explicit Planner(wrappers::World& world);
  ~Planner() override { *alive_ = false; }

  // Until it is said, nobody has sent anything.
  void ask_traffic_of(Traffic traffic) { traffic_ = std::move(traffic); }
  // Until it is said, a thread of its own does it.
  void make_by(Making making) { making_ = std::move(making); }
  // Where all are when the manager takes over: who is elsewhere later has moved.
  void know_places();
  // Who has moved from one host to another, and when, is remembered: nobody moves again before it has rested.
  void look(const workflow::Record& record);

  std::string_view key() const override { return workflow::kPlacementKey; }
  Task<workflow::CallOutcome> invoke(workflow::Call call, std::stop_token stop) override;
  Task<Result<system::Lifecycle>> adopt(system::ComponentId component) override;

 private:
  struct Made {
    placement::State state;
    placement::Plan plan;
  };
  Task<Result<traffic::Rates>> rates();
  Task<std::optional<Made>> make(placement::State state, std::stop_token stop);
  void make_aside(placement::State state, std::stop_token stop, std::function<void(placement::Plan)> made);
  workflow::CallOutcome told(const PlanWish& wish, const Made& made) const;

  wrappers::World& world_;
  Traffic traffic_;
  Making making_;
  std::map<system::ComponentId, std::string> hosts_;  // where each is
  std::map<system::ComponentId, Instant> moved_;
  std::optional<Worker> worker_;  // once it is needed
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
