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

// ": no host has the memory"; empty where the plan does not say.
std::string why_stuck(const placement::Plan& plan, placement::Index vm) {
  for (const placement::Obstacle& obstacle : plan.obstacles)
    if (obstacle.place == fmt::format("/vms/{}", vm)) return ": " + obstacle.because;
  return {};
}
}  // namespace

Planner::Planner(wrappers::World& world)
    : world_(world), making_([this](placement::State state, std::function<void(placement::Plan)> made) {
        make_aside(std::move(state), std::move(made));
      }) {}

void Planner::know_places() {
  for (const system::Component* component : world_.system.components())
    if (const system::Host* host = world_.system.find_host(component->host))
      hosts_[component->id] = host->name;
}

void Planner::look(const workflow::Record& record) {
  const auto* changed = std::get_if<workflow::SystemChanged>(&record.what);
  if (changed == nullptr) return;
  if (const auto* assigned = std::get_if<system::HostAssigned>(&changed->change)) {
    std::string& host = hosts_[assigned->id];
    if (!host.empty() && !assigned->host.empty() && host != assigned->host)
      moved_[assigned->id] = world_.clock.now();
    host = assigned->host;
  }
  if (const auto* removed = std::get_if<system::ComponentRemoved>(&changed->change)) {
    hosts_.erase(removed->id);
    moved_.erase(removed->id);
  }
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
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<std::optional<Made>>([&](std::function<void(std::optional<Made>)> done) {
    const auto once = std::make_shared<std::function<void(std::optional<Made>)>>(std::move(done));
    const auto answer = [once](std::optional<Made> made) {
      if (*once) std::exchange(*once, nullptr)(std::move(made));
    };
    making_(state, [alive = alive_, answer, state](placement::Plan plan) {
      if (*alive) answer(Made{state, std::move(plan)});
    });
    stopped.emplace(stop, [&loop = world_.loop, alive = alive_, answer] {
      loop.post([alive, answer] {
        if (*alive) answer(std::nullopt);
      });
    });
  });
}

void Planner::make_aside(placement::State state, std::function<void(placement::Plan)> made) {
  if (!worker_) worker_.emplace();
  worker_->post([&loop = world_.loop, made = std::move(made), state = std::move(state)] {
    loop.post([made, plan = placement::plan(state)] { made(plan); });
  });
}

Task<CallOutcome> Planner::invoke(workflow::Call call, std::stop_token stop) {
  const auto failed = [](const Error& error) { return CallExited{CallExited::kNotRun, error.message, {}}; };
  const auto wish = wish_of(call.operation, call.arguments);
  if (!wish) co_return failed(wish.error());
  const auto rates = co_await this->rates();
  if (!rates) co_return failed(rates.error());
  const PlanTimes times{world_.clock.now(), world_.clock.wall(), moved_};
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
  size_t told = 0;
  for (const placement::Obstacle& obstacle : made.plan.obstacles)
    if (told++ < kReasonsTold)
      world_.log.warning(fmt::format("placement: {}: {}", obstacle.message, obstacle.because));
  for (placement::Index vm = 0; vm < made.state.vms.size() && !wish.emptied.empty(); ++vm) {
    const placement::Index place = made.plan.places[vm];
    if (place == placement::kNowhere || made.state.hosts[place].name != wish.emptied) continue;
    const std::string why = why_stuck(made.plan, vm);
    return CallExited{1, fmt::format("{} stays on {}{}", made.state.vms[vm].name, wish.emptied, why), {}};
  }
  told = 0;
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
