// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/incarnation.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "tests/simulation/fleet.h"

namespace attune::simulation {

namespace {

// Of work that is left when a manager has died: more than that means that it does not end.
constexpr size_t kMostSteps = 2'000'000;

constexpr uint64_t kPlanner = 5'000'000;  // its part of the dice
constexpr Duration kPlans = std::chrono::seconds(8), kTooLong = std::chrono::minutes(3);
// Whether a plan is the best there is does not matter here, and stories are many.
const placement::Options kLittleWork{.work = 20'000, .nodes = 2'000};

// What is left refers to what goes next, so nothing can go on.
[[noreturn]] void give_up() {
  std::fputs("simulation: the work of a manager that has died does not end\n", stderr);
  std::abort();
}

}  // namespace

Incarnation::Incarnation(Parts parts)
    : parts_(std::move(parts)),
      loop_(parts_.world.time().now()),
      session_(std::make_shared<Session>(parts_.world, loop_)),
      shell_(session_),
      gate_(shell_),
      hypervisor_(session_,
                  [this](std::string_view what, const std::string& uuid) {
                    if (session_->is_alive()) parts_.on_deed(what, uuid);
                  }),
      deployer_(loop_, gate_),
      store_(parts_.disk, parts_.world.time(), loop_, parts_.on_store),
      planner_(parts_.seed, kPlanner + parts_.disk.records.size()) {
  loop_.set_wall_ahead(parts_.wall_ahead);
  kernel_ = std::make_unique<main::Kernel>(
      *parts_.project,
      main::Kernel::Surroundings{.loop = loop_,
                                 .clock = loop_,
                                 .log = parts_.log,
                                 .shell = gate_,
                                 .hypervisor = hypervisor_,
                                 .deployer = deployer_,
                                 .store = store_,
                                 .stock = stock_folder(),
                                 .pipe = "/run/attune/fleet/events",
                                 .journal = {},
                                 .utc_offset = [](WallTime) { return std::chrono::seconds(0); },
                                 .deployments = {}},
      main::Kernel::Onlooker{[] {}, [](const std::string&) {}, [] {}});
  plan_in_simulated_time();
}

// A plan takes a while, now and then longer than anybody waits for it. What machines send each other cannot
// always be told.
void Incarnation::plan_in_simulated_time() {
  kernel_->planner().make_by(
      [this](placement::State state, std::stop_token, std::function<void(placement::Plan)> made) {
        const Duration takes = planner_.one_in(20) ? kTooLong : planner_.between(Duration::zero(), kPlans);
        loop_.later(takes, [state = std::move(state), made = std::move(made)] {
          made(placement::plan(state, kLittleWork));
        });
      });
  kernel_->planner().ask_traffic_of([this](Duration, std::function<void(Result<traffic::Rates>)> done) {
    loop_.later(planner_.between(Duration::zero(), std::chrono::milliseconds(100)),
                [this, done = std::move(done)] { done(traffic()); });
  });
}

// Some talk much, some little, and not with the same all the time.
Result<traffic::Rates> Incarnation::traffic() {
  if (planner_.one_in(15)) return fail(ErrorCode::kFailed, "the counts of traffic cannot be read");
  traffic::Rates rates;
  const auto guests = kernel_->system().instances("guest");
  for (size_t i = 0; i + 1 < guests.size(); ++i) {
    const system::Component& other = *guests[i + 1 + planner_.below(guests.size() - i - 1)];
    const auto messages = static_cast<double>(planner_.below(200));
    rates.pairs.push_back({guests[i]->name, other.name, {messages, messages * 1000}});
  }
  return rates;
}

// Questions that nobody waits for end before what they refer to goes.
Incarnation::~Incarnation() {
  store_.close();
  drain();
  kernel_.reset();
  drain();
}

void Incarnation::drain() {
  for (size_t steps = 0; loop_.next(); ++steps) {
    if (steps == kMostSteps) give_up();
    loop_.advance_to(*loop_.next());
    loop_.step();
  }
}

Result<void> Incarnation::begin() {
  workflow::History history = kernel_->new_history();
  for (const workflow::Record& record : parts_.disk.records)
    if (auto added = history.add(record); !added) return added;
  kernel_->take_over(history);
  kernel_->live([this](main::Kernel::End end) { end_ = std::move(end); });
  return {};
}

void Incarnation::cut_off() {
  session_->cut();
}

bool Incarnation::fade() {
  store_.cut();
  kernel_->end("killed");
  for (size_t steps = 0; steps < kMostSteps && !end_ && loop_.next(); ++steps) {
    loop_.advance_to(*loop_.next());
    loop_.step();
  }
  return end_.has_value();
}

void Incarnation::pipe_line(const std::string& line) {
  ++lines_;
  loop_.post([this, line] {
    if (kernel_) kernel_->intake().pipe_line(line);
  });
}

}  // namespace attune::simulation
