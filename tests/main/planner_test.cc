// SPDX-License-Identifier: Apache-2.0
// What is asked of `placement`, on a thread of its own and by hands that take their time.
#include "runtime/main/planner.h"

#include <deque>
#include <memory>
#include <stop_token>
#include <thread>

#include <fmt/format.h>

#include "runtime/main/asio_loop.h"
#include "tests/wrappers/vm_fixture.h"

namespace attune::main {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;
using workflow::CallOutcome;
using Arguments = std::vector<std::string>;

model::Project planned_project() {
  model::Project made = wrappers::small_project();
  for (model::Class& one : made.classes) one.max = 32;
  for (model::HostFamily& family : made.families)
    for (model::HostDeclaration& host : family.hosts)
      host.cpus = 2, host.memory = model::Size{int64_t{4} << 30};
  made.wrappers["vm"].stubs.push_back(
      wrappers::stub("migrate", "VM", "migrate", {"$this.srname", "$1.name"}));
  return made;
}

workflow::Call call_of(const std::string& operation, Arguments arguments) {
  workflow::Call call;
  call.id = 7;
  call.component_name = workflow::kPlacement;
  call.stub = call.operation = operation;
  call.key = workflow::kPlacementKey;
  call.arguments = std::move(arguments);
  return call;
}

struct Asked {
  std::stop_source stop;
  std::optional<CallOutcome> outcome;
  std::string text() const { return outcome ? wrappers::shown(*outcome) : "(goes on)"; }
};

std::shared_ptr<Asked> ask(Planner& planner, const std::string& operation, Arguments arguments,
                           std::function<void()> answered = {}) {
  auto asked = std::make_shared<Asked>();
  start<CallOutcome>(planner.invoke(call_of(operation, std::move(arguments)), asked->stop.get_token()),
                     [asked, answered = std::move(answered)](CallOutcome outcome) {
                       asked->outcome.emplace(std::move(outcome));
                       if (answered) answered();
                     });
  return asked;
}

// Two hosts with room for all; plans are made when the test says so.
class PlannerTest : public ::testing::Test {
 protected:
  PlannerTest() {
    planner_.make_by(
        [this](placement::State state, std::stop_token, std::function<void(placement::Plan)> made) {
          waiting_.push_back({std::move(state), std::move(made)});
        });
  }
  system::ComponentId started(const std::string& host) {
    const system::ComponentId vm = world_.make("vm", host);
    world_.set(vm, system::Lifecycle::kStarted);
    assigned(vm, host);
    return vm;
  }
  // As the driver does: the change is made, and then looked at.
  void assigned(system::ComponentId vm, const std::string& host) {
    const system::HostAssigned change{vm, host};
    world_.apply(change);
    planner_.look({1, loop_.wall(), workflow::SystemChanged{0, change, {}}});
  }
  std::shared_ptr<Asked> ask(const std::string& operation, Arguments arguments) {
    auto asked = main::ask(planner_, operation, std::move(arguments));
    loop_.turn();
    return asked;
  }
  void make_next() {
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    next.made(placement::plan(next.state));
    loop_.turn();
  }
  std::string answer(const std::string& operation, const Arguments& arguments) {
    const auto asked = ask(operation, arguments);
    while (!waiting_.empty()) make_next();
    return asked->text();
  }

  struct Waiting {
    placement::State state;
    std::function<void(placement::Plan)> made;
  };
  test::HandLoop loop_;
  wrappers::HandShell shell_{loop_};
  wrappers::VmLand land_{loop_};
  wrappers::WrapperWorld world_{loop_, loop_, shell_, land_, planned_project()};
  std::deque<Waiting> waiting_;
  Planner planner_{world_.world};
};

TEST_F(PlannerTest, ImprovesByTheObjective) {
  started("lab1");
  started("lab2");
  EXPECT_THAT(answer("improve", {"use_of_resources"}),
              AnyOf("exited 0: vm1 from lab1 to lab2", "exited 0: vm2 from lab2 to lab1"));
}

TEST_F(PlannerTest, EmptiesAHost) {
  started("lab1");
  EXPECT_EQ(answer("empty", {"lab1", "cost"}), "exited 0: vm1 from lab1 to lab2");
}

TEST_F(PlannerTest, AnswersNothingWhereNothingIsToBeMoved) {
  EXPECT_EQ(answer("improve", {"cost"}), "exited 0");
  started("lab1");
  EXPECT_EQ(answer("improve", {"use_of_resources"}), "exited 0");
  EXPECT_EQ(answer("empty", {"lab2", "cost"}), "exited 0");
}

TEST_F(PlannerTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(answer("shuffle", {"cost"}), HasSubstr("knows no 'shuffle'"));
  EXPECT_THAT(answer("improve", {"money"}), HasSubstr("there is no objective 'money'"));
  EXPECT_THAT(answer("empty", {}), HasSubstr("not said which host"));
  EXPECT_THAT(answer("empty", {"lab9", "cost"}), HasSubstr("there is no host 'lab9'"));
}

TEST_F(PlannerTest, AHostWhoseMachinesFitNowhereIsNotEmptied) {
  started("lab1");
  world_.apply(system::HostChanged{.host = "lab2", .state = system::HostState::kDown});
  EXPECT_THAT(answer("empty", {"lab1", "cost"}), HasSubstr("exited 1: vm1 stays on lab1: "));
}

TEST_F(PlannerTest, TellsWhyItMovesEachMachine) {
  started("lab1");
  answer("empty", {"lab1", "cost"});
  EXPECT_THAT(world_.log.lines, Contains(HasSubstr("placement: vm1 from lab1 to lab2: ")));
  EXPECT_THAT(world_.progress, Contains("1 machines, 2 hosts, 0 pairs that talk"));
}

TEST_F(PlannerTest, TellsSixteenReasonsAtMost) {
  for (int i = 0; i < 20; ++i) started("lab1");
  answer("empty", {"lab1", "cost"});
  EXPECT_THAT(world_.log.lines, SizeIs(16));
}

TEST_F(PlannerTest, WhatIsCancelledEndsAtOnceAndTheNextOneIsAnswered) {
  started("lab1");
  const auto first = ask("empty", {"lab1", "cost"});
  EXPECT_EQ(first->text(), "(goes on)");
  first->stop.request_stop();
  loop_.turn();
  EXPECT_EQ(first->text(), "cancelled");
  const auto second = ask("empty", {"lab1", "cost"});
  make_next();
  EXPECT_EQ(second->text(), "(goes on)") << "the plan of the first is dropped";
  make_next();
  EXPECT_EQ(second->text(), "exited 0: vm1 from lab1 to lab2");
}

TEST_F(PlannerTest, APlanThatIsMadeOnceNobodyAsksIsDropped) {
  started("lab1");
  std::shared_ptr<Asked> asked;
  std::function<void(placement::Plan)> made;
  placement::State state;
  {
    Planner planner(world_.world);
    planner.make_by([&](placement::State of, std::stop_token, std::function<void(placement::Plan)> done) {
      state = std::move(of), made = std::move(done);
    });
    asked = main::ask(planner, "empty", {"lab1", "cost"});
    loop_.turn();
    asked->stop.request_stop();
    loop_.turn();
  }
  made(placement::plan(state));
  EXPECT_EQ(asked->text(), "cancelled");
}

TEST_F(PlannerTest, WhoHasMovedStaysUntilItHasRested) {
  const system::ComponentId vm = started("lab1");
  assigned(vm, "lab2");
  EXPECT_THAT(answer("empty", {"lab2", "cost"}), HasSubstr("exited 1: vm1 stays on lab2"));
  loop_.pass(601s);
  EXPECT_EQ(answer("empty", {"lab2", "cost"}), "exited 0: vm1 from lab2 to lab1");
}

TEST_F(PlannerTest, TheFirstPlaceIsNoMove) {
  started("lab1");
  EXPECT_EQ(answer("empty", {"lab1", "cost"}), "exited 0: vm1 from lab1 to lab2");
}

TEST_F(PlannerTest, TheFirstMoveThatAManagerSeesIsOneToo) {
  const system::ComponentId vm = world_.make("vm", "lab1");
  world_.set(vm, system::Lifecycle::kStarted);
  planner_.know_places();
  assigned(vm, "lab2");
  EXPECT_THAT(answer("empty", {"lab2", "cost"}), HasSubstr("exited 1: vm1 stays on lab2"));
}

TEST_F(PlannerTest, TrafficThatCannotBeReadIsToldAndNothingPlanned) {
  started("lab1");
  Duration window{};
  planner_.ask_traffic_of([&](Duration asked, const auto& done) {
    window = asked;
    done(fail(ErrorCode::kFailed, "the store is broken"));
  });
  EXPECT_THAT(answer("improve", {"run_time"}), HasSubstr("the store is broken"));
  EXPECT_EQ(window, std::chrono::minutes(5));
}

TEST_F(PlannerTest, IsNoComponentToBeAdopted) {
  std::string text;
  start<Result<system::Lifecycle>>(planner_.adopt(1), [&](const Result<system::Lifecycle>& found) {
    text = found ? "found" : found.error().message;
  });
  EXPECT_EQ(text, "placement is no component");
}

TEST(PlannerThreadTest, PlansAsideAndAnswersOnTheLoop) {
  AsioLoop loop;
  test::HandLoop clock;
  wrappers::HandShell shell(loop);
  wrappers::VmLand land(loop);
  wrappers::WrapperWorld world(loop, clock, shell, land, planned_project());
  Planner planner(world.world);
  world.set(world.make("vm", "lab1"), system::Lifecycle::kStarted);
  std::thread::id answered_on;
  size_t answers = 0;
  const auto answered = [&] {
    answered_on = std::this_thread::get_id();
    if (++answers == 3) loop.stop();
  };
  const auto first = ask(planner, "empty", {"lab1", "cost"}, answered);
  const auto second = ask(planner, "improve", {"use_of_resources"}, answered);
  const auto third = ask(planner, "empty", {"lab1", "cost"}, answered);
  EXPECT_EQ(first->text(), "(goes on)");
  second->stop.request_stop();
  loop.run();
  EXPECT_EQ(answered_on, std::this_thread::get_id());
  EXPECT_EQ(first->text(), "exited 0: vm1 from lab1 to lab2");
  EXPECT_EQ(second->text(), "cancelled");
  EXPECT_EQ(third->text(), "exited 0: vm1 from lab1 to lab2");
}

}  // namespace
}  // namespace attune::main
