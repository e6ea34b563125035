// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/planner.h"

#include <chrono>
#include <stop_token>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/model/settings.h"
#include "runtime/workflow/stub_call.h"

namespace attune::main {

using workflow::CallExited;
using workflow::CallOutcome;

namespace {
constexpr size_t kReasonsTold = 16;
}  // namespace

void Planner::look(const workflow::Record& record) {
  const auto* changed = std::get_if<workflow::SystemChanged>(&record.what);
  if (changed == nullptr) return;
  if (const auto* assigned = std::get_if<system::HostAssigned>(&changed->change))
    moved_.insert_or_assign(assigned->id, record.at);
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&changed->change))
    moved_.erase(removed->id);
}

Task<Result<traffic::Rates>> Planner::rates() {
  if (!traffic_) co_return traffic::Rates{};
  const auto window = model::setting_as<Duration>(world_.system.project(), "placement.window");
  co_return co_await Awaitable<Result<traffic::Rates>>(
      [this, window](std::function<void(Result<traffic::Rates>)> done) {
        traffic_(window, std::move(done));
      });
}

// Nothing where it is to end before the plan is there: that is dropped then.
Task<std::optional<Planner::Made>> Planner::make(placement::State state, std::stop_token stop) {
  if (!worker_) worker_.emplace();
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<std::optional<Made>>([&](std::function<void(std::optional<Made>)> done) {
    const auto once = std::make_shared<std::function<void(std::optional<Made>)>>(std::move(done));
    const auto answer = [once](std::optional<Made> made) {
      if (*once) std::exchange(*once, nullptr)(std::move(made));
    };
    worker_->post([&loop = world_.loop, alive = alive_, answer, state = std::move(state)] {
      auto made = std::make_shared<Made>(Made{state, placement::plan(state)});
      loop.post([alive, answer, made] {
        if (*alive) answer(std::move(*made));
      });
    });
    stopped.emplace(stop, [&loop = world_.loop, alive = alive_, answer] {
      loop.post([alive, answer] {
        if (*alive) answer(std::nullopt);
      });
    });
  });
}

Task<CallOutcome> Planner::invoke(workflow::Call call, std::stop_token stop) {
  const auto failed = [](const Error& error) { return CallExited{CallExited::kNotRun, error.message, {}}; };
  const auto wish = wish_of(call.operation, call.arguments);
  if (!wish) co_return failed(wish.error());
  const auto rates = co_await this->rates();
  if (!rates) co_return failed(rates.error());
  const PlanTimes times{world_.clock.steady(), world_.clock.wall(), moved_};
  auto state = state_of(world_.system, *wish, *rates, times);
  if (!state) co_return failed(state.error());
  world_.progress(call.id, fmt::format("{} machines, {} hosts, {} pairs that talk", state->vms.size(),
                                       state->hosts.size(), state->traffic.size()));
  const auto made = co_await make(*std::move(state), stop);
  if (!made) co_return workflow::CallCancelled{};
  co_return told(*wish, *made);
}

// Where a host is to be emptied, and that cannot be, there is no plan.
CallOutcome Planner::told(const PlanWish& wish, const Made& made) const {
  for (const placement::Obstacle& obstacle : made.plan.obstacles) {
    std::string why = fmt::format("{}: {}", obstacle.message, obstacle.because);
    if (!wish.emptied.empty()) return CallExited{1, std::move(why), {}};
    world_.log.warning("placement: " + why);
  }
  size_t told = 0;
  for (const auto& step : made.plan.steps)
    for (const placement::ReasonedMove& one : step)
      if (one.move.from != placement::kNowhere && told++ < kReasonsTold)
        world_.log.info(fmt::format("placement: {} from {} to {}: {}", made.state.vms[one.move.vm].name,
                                    made.state.hosts[one.move.from].name, made.state.hosts[one.move.to].name,
                                    one.reason));
  return CallExited{0, to_text(steps_of(made.plan, made.state, world_.system)), {}};
}

Task<Result<system::Lifecycle>> Planner::adopt(system::ComponentId) {
  co_return fail(ErrorCode::kInvalid, "placement is no component");
}

}  // namespace attune::main
