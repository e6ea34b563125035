// SPDX-License-Identifier: Apache-2.0
// What the watch over plans says of records that no manager should write.
#include "tests/simulation/plan_watch.h"

#include <gmock/gmock.h>

#include "runtime/workflow/stub_call.h"
#include "tests/simulation/small_sites.h"
#include "tests/simulation/timeline.h"

namespace attune::simulation {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class PlanWatchTest : public ::testing::Test {
 protected:
  PlanWatchTest() {
    for (const char* host : {"lab1", "lab2", "lab3"})
      changed(system::HostChanged{.host = host, .state = system::HostState::kUp});
  }
  template <class What>
  void take(What what) {
    watch_.take({++sequence_, clock_.wall(), std::move(what)});
  }
  void changed(system::Change change, workflow::RunId by = 0) {
    take(workflow::SystemChanged{by, std::move(change), {}});
  }
  // "vm1", which runs.
  system::ComponentId started(const std::string& of, const std::string& host) {
    const uint32_t number = ++numbers_[of];
    const system::ComponentId id = next_++;
    changed(system::ComponentCreated{id, of + std::to_string(number), of, number});
    changed(system::HostAssigned{id, host});
    changed(system::LifecycleChanged{id, system::Lifecycle::kStarted});
    return id;
  }
  void ask() {
    take(workflow::RunStarted{kRun, 1, "improve", {}, {}, {}});
    workflow::Call call;
    call.id = kCall, call.run = kRun, call.key = workflow::kPlacementKey;
    take(workflow::CallIntent{call});
  }
  void answer(const std::string& plan) {
    take(workflow::CallEnded{kCall, kRun, workflow::CallExited{0, plan, {}}, 1s});
  }
  void plan(const std::string& text) {
    ask();
    answer(text);
  }
  void arrives(system::ComponentId vm, const std::string& host) {
    changed(system::HostAssigned{vm, host}, kRun);
  }
  void end() { take(workflow::RunEnded{kRun, workflow::RunEnd::kDone, {}}); }

  static constexpr workflow::RunId kRun = 7;
  static constexpr workflow::CallId kCall = 9;
  const dsl::LoadedProject loaded_ = load_small_sites();
  Timeline clock_{Instant(std::chrono::hours(1))};
  std::vector<std::string> found_;  // "RULE: what"
  PlanWatch watch_{loaded_.project, clock_, [this](Invariant invariant, const std::string& what) {
                     found_.push_back(std::string(name_of(invariant)) + ": " + what);
                   }};
  uint64_t sequence_ = 0;
  system::ComponentId next_ = 0;
  std::map<std::string, uint32_t> numbers_;
};

TEST_F(PlanWatchTest, AGoodPlanThatIsCarriedOutBreaksNothing) {
  const auto vm = started("vm", "lab1");
  plan("vm1 from lab1 to lab3");
  arrives(vm, "lab3");
  end();
  EXPECT_THAT(found_, IsEmpty());
  EXPECT_EQ(watch_.seen().plans.at("improve"), 1U);
  EXPECT_EQ(watch_.seen().moves, 1U);
  EXPECT_EQ(watch_.seen().places, 1U);
}

TEST_F(PlanWatchTest, AHostThatWouldBeTooFullIsFound) {
  for (int i = 0; i < 2; ++i) started("vm", "lab1");
  for (int i = 0; i < 2; ++i) started("vm", "lab3");
  plan("vm1 from lab1 to lab3");
  EXPECT_THAT(found_, ElementsAre("no plan puts more on a host than it has: lab3 has 2.00 GiB to give, and "
                                  "3.00 are given: vm1 from lab1 to lab3"));
}

// Who leaves counts until the step has ended.
TEST_F(PlanWatchTest, AHostThatIsTooFullOnTheWayIsFound) {
  for (int i = 0; i < 2; ++i) started("vm", "lab1");
  for (int i = 0; i < 2; ++i) started("vm", "lab3");
  plan("vm3 from lab3 to lab2; vm1 from lab1 to lab3");
  EXPECT_THAT(found_, IsEmpty());
  plan("vm1 from lab1 to lab3, vm3 from lab3 to lab2");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("lab3 has 2.00 GiB to give, and 3.00 are given")));
}

TEST_F(PlanWatchTest, MemoryThatIsGivenMoreThanOnceIsRoom) {
  for (int i = 0; i < 2; ++i) started("vm", "lab2");
  started("vm", "lab1");
  plan("vm3 from lab1 to lab2");
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(PlanWatchTest, AnArrivalAtAFullHostIsFound) {
  const auto vm = started("vm", "lab1");
  started("vm", "lab3");
  plan("vm1 from lab1 to lab3");
  take(workflow::RunStarted{8, 2, "busy", {}, {}, {}});
  changed(system::ComponentCreated{next_, "vm3", "vm", 3}, 8);
  changed(system::LifecycleChanged{next_, system::Lifecycle::kStarted}, 8);
  changed(system::HostAssigned{next_, "lab3"}, 8);  // it must leave what the plan has set aside
  EXPECT_THAT(found_, IsEmpty());
  arrives(vm, "lab3");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("lab3 has 2.00 GiB to give, and 3.00 are given: vm1")));
}

TEST_F(PlanWatchTest, AHostWithoutTheCoresIsFound) {
  started("big", "lab1"), started("big", "lab3");
  plan("big1 from lab1 to lab3");
  EXPECT_THAT(found_,
              ElementsAre("no plan puts more on a host than it has: lab3 has 4 cores to give, and 6 are "
                          "given: big1 from lab1 to lab3"));
}

TEST_F(PlanWatchTest, CoresThatAreGivenMoreThanOnceAreRoom) {
  started("big", "lab1"), started("big", "lab2");
  plan("big1 from lab1 to lab2");
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(PlanWatchTest, AHostThatHasBecomeTooSmallGetsNoFuller) {
  started("big", "lab3"), started("vm", "lab1"), started("vm", "lab1");
  changed(system::PropertyChanged{"lab3", "cpus", "2", {}});
  plan("vm1 from lab1 to lab3");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("lab3 has 3 cores to give, and 4 are given")));
}

TEST_F(PlanWatchTest, ThoseThatMustBeTogetherAndArePartedAreFound) {
  started("mate", "lab1"), started("mate", "lab1");
  plan("mate1 from lab1 to lab2; mate2 from lab1 to lab2");
  EXPECT_THAT(found_, IsEmpty()) << "on the way they may be apart";
  plan("mate1 from lab1 to lab2");
  EXPECT_THAT(found_, ElementsAre("plans keep to the rules: each 'mate' must be together, and they are in 2 "
                                  "places, after 1: mate1 from lab1 to lab2"));
}

TEST_F(PlanWatchTest, ThoseThatWerePartedBeforeAreNotThePlansFault) {
  started("mate", "lab1"), started("mate", "lab2");
  plan("mate1 from lab1 to lab3");
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(PlanWatchTest, TwoThatMeetAndMustBeApartAreFound) {
  started("twin", "lab1"), started("twin", "lab2");
  plan("twin1 from lab1 to lab2");
  EXPECT_THAT(found_, ElementsAre("plans keep to the rules: twin1 and twin2 must be apart, and meet"));
}

TEST_F(PlanWatchTest, WhatMayNotMoveAndIsMovedIsFound) {
  started("anchor", "lab1");
  plan("anchor1 from lab1 to lab2");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("it may not move: anchor1 from lab1 to lab2")));
}

TEST_F(PlanWatchTest, WhatIsToStayElsewhereIsFound) {
  started("settler", "lab1");
  plan("settler1 from lab1 to lab3");
  EXPECT_THAT(found_, IsEmpty());
  plan("settler1 from lab1 to lab2");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("it is to stay elsewhere: settler1 from lab1 to lab2")));
}

TEST_F(PlanWatchTest, AHostThatTakesNothingIsFound) {
  started("vm", "lab1");
  changed(system::HostChanged{.host = "lab2", .maintenance = system::Maintenance::kBegun});
  changed(system::HostChanged{.host = "lab3", .state = system::HostState::kDown});
  plan("vm1 from lab1 to lab2; vm1 from lab2 to lab3");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("lab2 takes nothing"), HasSubstr("lab3 takes nothing")));
}

// What became so while it was made is not the plan's fault.
TEST_F(PlanWatchTest, AHostThatTakesNothingOnlySinceThePlanWasAskedForIsNotItsFault) {
  started("vm", "lab1");
  ask();
  changed(system::HostChanged{.host = "lab2", .maintenance = system::Maintenance::kBegun});
  answer("vm1 from lab1 to lab2");
  EXPECT_THAT(found_, IsEmpty());
}

// An hour of the story has passed on the wall as well.
TEST_F(PlanWatchTest, AHostOrASiteThatLeavesBeforeTheHorizonIsFound) {
  started("vm", "lab1");
  changed(system::PropertyChanged{"lab2", "available_until", "1970-01-02T00:59:59Z", {}});
  plan("vm1 from lab1 to lab2");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("lab2 leaves before the horizon: vm1 from lab1 to lab2")));
  changed(system::PropertyChanged{"lab2", "available_until", "1970-01-02T01:00:00Z", {}});
  plan("vm1 from lab1 to lab2");
  EXPECT_EQ(found_.size(), 1U);
  changed(system::PropertyChanged{"south", "available_until", "1970-01-01T06:00:00Z", {}});
  plan("vm1 from lab1 to lab3");
  EXPECT_THAT(found_.back(), HasSubstr("lab3 leaves before the horizon: vm1 from lab1 to lab3"));
}

TEST_F(PlanWatchTest, AHostThatIsToLeaveOnlySinceThePlanWasAskedForIsNotItsFault) {
  started("vm", "lab1");
  changed(system::PropertyChanged{"lab3", "available_until", "1970-01-01T06:00:00Z", {}});
  ask();
  changed(system::PropertyChanged{"lab2", "available_until", "1970-01-01T06:00:00Z", {}});
  changed(system::PropertyChanged{"lab3", "available_until", "never", {}});
  answer("vm1 from lab1 to lab2; vm1 from lab2 to lab3");
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(PlanWatchTest, WhatIsNotWhereThePlanHasItIsFound) {
  started("vm", "lab1");
  plan("vm1 from lab2 to lab3");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("it is not there: vm1 from lab2 to lab3")));
}

TEST_F(PlanWatchTest, MoreMovesThanThereMayBeAreFound) {
  started("vm", "lab1");
  plan("vm1 from lab1 to lab2; vm1 from lab2 to lab3; vm1 from lab3 to lab2; vm1 from lab2 to lab1");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("4 moves, and placement.moves is 3")));
}

TEST_F(PlanWatchTest, WhatHasJustMovedAndIsMovedAgainIsFound) {
  const auto vm = started("vm", "lab1");
  changed(system::HostAssigned{vm, "lab2"});
  clock_.advance_to(clock_.now() + 4min);
  plan("vm1 from lab2 to lab3");
  EXPECT_THAT(found_, ElementsAre("what has just moved is left alone by plans: it has moved 240.0 s ago: vm1 "
                                  "from lab2 to lab3"));
  clock_.advance_to(clock_.now() + 1min);
  plan("vm1 from lab2 to lab3");
  EXPECT_EQ(found_.size(), 1U);
}

TEST_F(PlanWatchTest, ARunThatEndsWellWithoutHavingCarriedItOutIsFound) {
  started("vm", "lab1");
  plan("vm1 from lab1 to lab3");
  end();
  EXPECT_THAT(found_, ElementsAre("a plan is carried out, or its run fails: vm1 was to be on lab3, and is on "
                                  "lab1"));
}

TEST_F(PlanWatchTest, WhatIsNoPlanIsFound) {
  plan("vm1 to lab3");
  EXPECT_THAT(found_, ElementsAre(HasSubstr("'vm1 to lab3' is no move of a plan")));
}

}  // namespace
}  // namespace attune::simulation
