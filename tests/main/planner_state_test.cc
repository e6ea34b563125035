// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/planner_state.h"

#include <algorithm>

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
using std::chrono_literals::operator""ms;

class PlannerStateTest : public ::testing::Test {
 protected:
  explicit PlannerStateTest(model::Project of = project())
      : world_(loop_, loop_, shell_, land_, std::move(of)) {}
  static model::Project project() {
    model::Project made = wrappers::small_project();
    for (model::HostFamily& family : made.families)
      for (model::HostDeclaration& host : family.hosts)
        host.cpus = 2, host.memory = model::Size{int64_t{4} << 30};
    for (model::Class& one : made.classes) {
      one.max = 3;
      if (one.name == "app")
        one.attributes.push_back(
            {"memory", model::Type::kSize, model::Value(model::Size{int64_t{1} << 30}), {}});
    }
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
  wrappers::WrapperWorld world_;
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

// Where memory is given more than once, what others take is part of what is given.
TEST_F(PlannerStateTest, WhatOthersTakeOfTheMemoryIsNotThere) {
  started("lab1");
  const double whole = state().hosts[0].memory;
  EXPECT_EQ(whole, static_cast<double>(int64_t{4} << 30));
  world_.make("app", "lab1");
  EXPECT_EQ(state().hosts[0].memory, static_cast<double>(int64_t{3} << 30));
  world_.apply(system::PropertyChanged{"lab1", "memory_overcommit", "2", {}});
  EXPECT_EQ(state().hosts[0].memory, 3.5 * (1 << 30));
  EXPECT_EQ(state().hosts[0].memory_overcommit, 2);
}

TEST_F(PlannerStateTest, WithoutSitesAllIsOneLocalNetwork) {
  const placement::State now = state();
  ASSERT_THAT(now.sites, SizeIs(1));
  EXPECT_EQ(now.sites[0].bandwidth, 10e9 / 8);
  EXPECT_EQ(now.sites[0].latency, 0);
  EXPECT_EQ(now.sites[0].host_price, 0);
}

class SpreadTest : public PlannerStateTest {
 protected:
  using PlannerStateTest::PlannerStateTest;
  model::Class& vm_class() {
    for (model::Class& one : world_.project.classes)
      if (one.name == "vm") return one;
    std::abort();
  }
};

// lab1 and lab3 in the north, lab2 in the south, lab4 nobody knows where.
class PlannerSitesTest : public SpreadTest {
 protected:
  static model::Project with_sites() {
    model::Project made = project();
    std::vector<model::HostDeclaration>& hosts = made.families.front().hosts;
    for (const char* name : {"lab3", "lab4"}) {
      hosts.push_back(hosts.front());
      hosts.back().name = hosts.back().address = name;
    }
    hosts[0].site = hosts[2].site = "north";
    hosts[1].site = "south";
    hosts[1].terms = {.core_speed = 2, .cpu_overcommit = 3, .memory_overcommit = 4, .price = 5};
    hosts[1].terms.available_until = WallTime(70s);
    made.sites = {{.name = "north", .host_price = 1, .vm_price = 2, .traffic_price = 3, .latency = 4ms},
                  {.name = "south", .bandwidth_mbit = 8}};
    made.sites[0].available_until = WallTime(80s);
    made.links = {{"north", "south", 20ms, 16, {}}};
    return made;
  }
  PlannerSitesTest() : SpreadTest(with_sites()) {}
  // Names of the hosts that the machine may be on by all pins.
  std::vector<std::string> places_of(const placement::State& state, placement::Index vm) {
    std::vector<std::string> names;
    for (placement::Index host = 0; host < state.hosts.size(); ++host) {
      const auto allows = [&](const placement::Constraint& one) {
        return one.kind != ConstraintKind::kPin || std::ranges::count(one.vms, vm) == 0 ||
               std::ranges::count(one.hosts, host) > 0;
      };
      if (std::ranges::all_of(state.constraints, allows)) names.push_back(state.hosts[host].name);
    }
    return names;
  }
};

TEST_F(PlannerSitesTest, SitesAndTheirLinksAreAsTheProjectHasThem) {
  const placement::State now = state();
  ASSERT_THAT(now.sites, SizeIs(2));
  const placement::Site &north = now.sites[0], &south = now.sites[1];
  EXPECT_EQ(north.name, "north");
  EXPECT_THAT((std::vector<double>{north.host_price, north.vm_price, north.traffic_price, north.latency}),
              ElementsAre(1, 2, 3, 0.004));
  EXPECT_EQ(north.available_until, 80.0);
  EXPECT_EQ(south.bandwidth, 1e6);
  EXPECT_EQ(south.available_until, std::nullopt);
  ASSERT_THAT(now.links, SizeIs(1));
  EXPECT_EQ(now.links[0].latency, 0.02);
  EXPECT_EQ(now.links[0].bandwidth, 2e6);
}

TEST_F(PlannerSitesTest, HostsHaveTheirTermsAndOneWithoutASiteIsLeftOut) {
  const placement::State now = state();
  ASSERT_THAT(now.hosts, SizeIs(3));
  const placement::Host& host = now.hosts[1];
  EXPECT_EQ(host.name, "lab2");
  EXPECT_EQ(now.sites[host.site].name, "south");
  EXPECT_THAT((std::vector<double>{host.core_speed, host.cpu_overcommit, host.memory_overcommit, host.price}),
              ElementsAre(2, 3, 4, 5));
  EXPECT_EQ(host.available_until, 70.0);
  EXPECT_EQ(now.hosts[2].available_until, std::nullopt);
}

TEST_F(PlannerSitesTest, WhatIsToldMeanwhileCounts) {
  world_.apply(system::PropertyChanged{"north", "host_price", "7", {}});
  world_.apply(system::PropertyChanged{"south", "latency", "5ms", "north"});
  world_.apply(system::PropertyChanged{"lab1", "cpus", "1", {}});
  const placement::State now = state();
  EXPECT_EQ(now.sites[0].host_price, 7);
  EXPECT_EQ(now.links[0].latency, 0.005);
  EXPECT_EQ(now.hosts[0].cores, 1);
}

TEST_F(PlannerSitesTest, ASiteWithoutAHostThatAnswersIsNone) {
  world_.apply(system::HostChanged{.host = "lab2", .state = system::HostState::kDown});
  const placement::State now = state();
  ASSERT_THAT(now.sites, SizeIs(1));
  EXPECT_THAT(now.links, IsEmpty());
}

// One on a host that does not answer may run all the same.
TEST_F(PlannerSitesTest, WhoMustBeOnOneSiteWithAnAbsentOneStaysThere) {
  vm_class().placement.spreads = {{false, true, true}};
  started("lab3"), started("lab1"), started("lab2");
  EXPECT_THAT(places_of(state(), 0), ElementsAre("lab1", "lab2", "lab3"));
  world_.apply(system::HostChanged{.host = "lab3", .state = system::HostState::kDown});
  EXPECT_THAT(places_of(state(), 0), ElementsAre("lab1"));
  EXPECT_THAT(places_of(state(), 1), ElementsAre("lab1", "lab2")) << "it is not with it now";
}

TEST_F(PlannerSitesTest, WhoMustNotBeOnTheSiteOfAnAbsentOneDoesNotGoThere) {
  vm_class().placement.spreads = {{true, true, true}};
  started("lab3"), started("lab2");
  world_.apply(system::HostChanged{.host = "lab3", .state = system::HostState::kDown});
  EXPECT_THAT(places_of(state(), 0), ElementsAre("lab2"));
  vm_class().placement.spreads = {{true, true, false}};
  EXPECT_THAT(places_of(state(), 0), ElementsAre("lab1", "lab2")) << "it is only preferred";
}

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
