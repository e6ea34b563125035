// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/planner_state.h"

#include <fmt/format.h>

#include "tests/wrappers/vm_fixture.h"

namespace attune::main {
namespace {

using placement::ConstraintKind;
using placement::kNowhere;
using placement::Objective;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using std::chrono_literals::operator""s;

class PlannerStateTest : public ::testing::Test {
 protected:
  static model::Project project() {
    model::Project made = wrappers::small_project();
    for (model::HostFamily& family : made.families)
      for (model::HostDeclaration& host : family.hosts)
        host.cpus = 2, host.memory = model::Size{int64_t{4} << 30};
    made.wrappers["vm"].stubs.push_back(
        wrappers::stub("migrate", "VM", "migrate", {"$this.srname", "$1.name"}));
    return made;
  }
  placement::State state(const traffic::Rates& rates = {}) {
    auto made = state_of(world_.system, wish_, rates, facts_);
    EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
    return made.value_or(placement::State{});
  }
  system::ComponentId started(const std::string& host) {
    const system::ComponentId vm = world_.make("vm", host);
    world_.set(vm, system::Lifecycle::kStarted);
    return vm;
  }
  std::string host_of(const placement::State& state, size_t vm) {
    return state.vms.at(vm).host == kNowhere ? "nowhere" : state.hosts.at(state.vms[vm].host).name;
  }

  test::HandLoop loop_;
  wrappers::HandShell shell_{loop_};
  wrappers::VmLand land_{loop_};
  wrappers::WrapperWorld world_{loop_, loop_, shell_, land_, project()};
  PlanWish wish_{{Objective::kCost}, {}};
  PlanFacts facts_{};
};

TEST_F(PlannerStateTest, HasTheHostsThatAreUsableAndOfKnownSize) {
  const size_t all = state().hosts.size();
  ASSERT_GE(all, 2u);
  world_.apply(system::HostChanged{.host = "lab1", .state = system::HostState::kDown});
  EXPECT_THAT(state().hosts, SizeIs(all - 1));
}

TEST_F(PlannerStateTest, HasMachinesWhereTheyAre) {
  started("lab1");
  const placement::State now = state();
  ASSERT_THAT(now.vms, SizeIs(1));
  EXPECT_EQ(host_of(now, 0), "lab1");
  EXPECT_TRUE(now.vms[0].may_move);
}

TEST_F(PlannerStateTest, WhatIsOnlyDeclaredIsToBePlaced) {
  world_.make("vm", "lab1");
  EXPECT_EQ(host_of(state(), 0), "nowhere");
}

TEST_F(PlannerStateTest, WhatIsOnItsWayStays) {
  world_.set(started("lab1"), system::Lifecycle::kStopping);
  EXPECT_FALSE(state().vms.at(0).may_move);
}

TEST_F(PlannerStateTest, MachinesOnAHostThatIsDownAreLeftOut) {
  started("lab1");
  world_.apply(system::HostChanged{.host = "lab1", .state = system::HostState::kDown});
  EXPECT_THAT(state().vms, IsEmpty());
}

// A probe on each host, such as a traffic sensor, keeps all of them in use.
TEST_F(PlannerStateTest, AHostThatOthersAreOnIsInUseAnyway) {
  wish_.objectives = {Objective::kUseOfResources};
  started("lab1"), started("lab2");
  world_.make("app", "lab2");
  const placement::State now = state();
  for (const placement::Host& host : now.hosts) EXPECT_EQ(host.is_in_use, host.name == "lab2");
  const auto steps = placement::plan(now).steps;
  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_EQ(steps[0][0].move.to, now.vms[1].host) << "only the other host can be freed";
  world_.make("probe", "lab1");
  EXPECT_THAT(placement::plan(state()).steps, IsEmpty()) << "nothing is saved";
}

TEST_F(PlannerStateTest, TrafficIsThatOfMachinesAlone) {
  const auto a = started("lab1"), b = started("lab2");
  const std::string one = world_.system.find(a)->name, two = world_.system.find(b)->name;
  const placement::State now = state(
      traffic::Rates{.pairs = {{one, two, {5, 1000}}, {one, "10.0.0.1", {5, 1000}}, {one, one, {5, 1000}}}});
  ASSERT_THAT(now.traffic, SizeIs(1));
  EXPECT_EQ(now.traffic[0].bytes, 1000);
  EXPECT_EQ(now.traffic[0].messages, 5);
}

TEST_F(PlannerStateTest, ThePlanSaysFromWhereToWhere) {
  started("lab1");
  wish_.emptied = "lab1";
  const placement::State now = state();
  const placement::Plan plan = placement::plan(now);
  const auto steps = steps_of(plan, now, world_.system);
  ASSERT_THAT(steps, SizeIs(1));
  ASSERT_THAT(steps[0], SizeIs(1));
  EXPECT_EQ(steps[0][0].from, "lab1");
  EXPECT_NE(steps[0][0].to, "lab1");
}

TEST_F(PlannerStateTest, WhoHasJustMovedRests) {
  facts_.wall = WallTime(1000s);
  facts_.now = Instant(50s);
  facts_.moved[started("lab1")] = Instant(49s);
  const placement::State now = state();
  EXPECT_EQ(now.vms.at(0).moved_at, 999.0);
  EXPECT_EQ(now.rest, 600.0);
}

TEST_F(PlannerStateTest, SaysHowFastAMachineChangesItsMemoryWhereThatIsKnown) {
  facts_.dirty_rates[started("lab1")] = 5e6;
  started("lab1");
  const placement::State now = state();
  EXPECT_EQ(now.vms.at(0).dirty_rate, 5e6);
  EXPECT_EQ(now.vms.at(1).dirty_rate, 0);
}

TEST_F(PlannerStateTest, AHostThatThereIsNotCannotBeEmptied) {
  wish_.emptied = "lab9";
  const auto made = state_of(world_.system, wish_, {}, facts_);
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().message, HasSubstr("there is no host 'lab9' to empty"));
}

TEST_F(PlannerStateTest, AWishNamesObjectivesThatThereAre) {
  EXPECT_THAT(wish_of("improve", {"cost", "balance", "cost"})->objectives,
              ElementsAre(Objective::kCost, Objective::kBalance));
  EXPECT_EQ(wish_of("empty", {"lab1", "cost"})->emptied, "lab1");
  EXPECT_THAT(wish_of("improve", {"money"}).error().message, HasSubstr("there is no objective 'money'"));
}

class SpreadTest : public PlannerStateTest {
 protected:
  model::Class& vm_class() {
    for (model::Class& one : world_.project.classes)
      if (one.name == "vm") return one;
    std::abort();
  }
};

TEST_F(SpreadTest, WhatIsKeptApartIsAConstraintOfAllItsClass) {
  vm_class().placement.spreads = {{true, false, true}, {false, true, false}};
  started("lab1"), started("lab2");
  const placement::State now = state();
  ASSERT_THAT(now.constraints, SizeIs(2));
  EXPECT_EQ(now.constraints[0].kind, ConstraintKind::kApart);
  EXPECT_TRUE(now.constraints[0].is_hard);
  EXPECT_EQ(now.constraints[1].kind, ConstraintKind::kTogether);
  EXPECT_EQ(now.constraints[1].scope, placement::Scope::kSite);
  EXPECT_FALSE(now.constraints[1].is_hard);
}

TEST_F(SpreadTest, WhatStaysSomewhereIsPinnedThere) {
  vm_class().placement.stay_at = {"lab2"};
  started("lab1");
  const placement::State now = state();
  ASSERT_THAT(now.constraints, SizeIs(1));
  EXPECT_EQ(now.constraints[0].kind, ConstraintKind::kPin);
  ASSERT_THAT(now.constraints[0].hosts, SizeIs(1));
  EXPECT_EQ(now.hosts[now.constraints[0].hosts[0]].name, "lab2");
}

TEST_F(SpreadTest, WhatMayNotMoveStays) {
  vm_class().placement.may_move = false;
  started("lab1");
  EXPECT_FALSE(state().vms.at(0).may_move);
}

}  // namespace
}  // namespace attune::main
