// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/placement.h"

#include <gtest/gtest.h>

#include "runtime/system/composition.h"
#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;

class PlacementTest : public ::testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 3; ++i) create_vm();
  }
  void create_vm() {
    const auto changes = creation(system, "vm");
    ASSERT_TRUE(changes);
    for (const Change& change : *changes) ASSERT_TRUE(system.apply(change));
  }
  const Component* vm(std::string_view name) { return system.find(name); }
  void place(std::string_view name, std::string host) {
    ASSERT_TRUE(system.apply(HostAssigned{vm(name)->id, std::move(host)}));
  }
  void load(std::string_view host, double percent) { system.measured(host, now, model::Percent{percent}); }
  Choice choose_for(std::string_view name, Policy policy, std::vector<Reservation> reserved = {}) {
    const auto enough = [&](const Candidate& c) -> std::optional<std::string> {
      if (c.free_memory->bytes >= 300) return std::nullopt;
      return "memory";
    };
    return choose(system, "lab", policy, vm(name), reserved, enough, now);
  }

  model::Project project = ProjectBuilder()
                               .family("lab", {"lab1", "lab2", "lab3"}, model::Size{700})
                               .component("vm", "lab", 0)
                               .max(9)
                               .memory(300)
                               .build();
  System system{project};
  Instant now{std::chrono::seconds(100)};
};

TEST_F(PlacementTest, LeastLoadedTakesTheLowestMeanLoad) {
  load("lab1", 50), load("lab2", 10), load("lab3", 30);
  EXPECT_EQ(choose_for("vm1", Policy::kLeastLoaded).host->name, "lab2");
}

TEST_F(PlacementTest, MostLoadedThatFitsTakesTheHighestMeanLoadWithRoom) {
  load("lab1", 90), load("lab2", 10), load("lab3", 30);
  place("vm2", "lab1"), place("vm3", "lab1");
  const Choice choice = choose_for("vm1", Policy::kMostLoadedThatFits);
  EXPECT_EQ(choice.host->name, "lab3");
  ASSERT_EQ(choice.refused.size(), 1u);
  EXPECT_EQ(choice.refused[0].host, "lab1");
}

TEST_F(PlacementTest, EqualHostsGoByComponentsThenByTheNodeFile) {
  place("vm2", "lab1");
  EXPECT_EQ(choose_for("vm1", Policy::kAny).host->name, "lab2");
}

TEST_F(PlacementTest, AHostThatIsDownIsRefusedAndSaidSo) {
  ASSERT_TRUE(system.apply(HostChanged{"lab1", HostState::kDown, 0, {}, ""}));
  const Choice choice = choose_for("vm1", Policy::kAny);
  EXPECT_EQ(choice.host->name, "lab2");
  EXPECT_EQ(choice.refused[0].why, "it is down");
}

TEST_F(PlacementTest, TheSubjectsOwnHostIsCountedWithoutItsMemory) {
  for (const char* name : {"vm1", "vm2"}) place(name, "lab1");
  load("lab2", 50), load("lab3", 50);
  EXPECT_EQ(choose_for("vm1", Policy::kLeastLoaded).host->name, "lab1");
}

TEST_F(PlacementTest, ReservedCapacityCountsAsTaken) {
  place("vm2", "lab1");
  load("lab2", 50), load("lab3", 60);
  const Reservation reserved{system.find_host("lab1")->id, vm("vm3")->id};
  EXPECT_EQ(choose_for("vm1", Policy::kLeastLoaded, {reserved}).host->name, "lab2");
}

TEST_F(PlacementTest, AReservationThatHasArrivedIsNotCountedTwice) {
  place("vm2", "lab1");
  load("lab2", 50), load("lab3", 60);
  const Reservation reserved{system.find_host("lab1")->id, vm("vm2")->id};
  EXPECT_EQ(choose_for("vm1", Policy::kLeastLoaded, {reserved}).host->name, "lab1");
}

TEST_F(PlacementTest, NothingFitsIsSaidWithEachRefusal) {
  for (const char* host : {"lab1", "lab2", "lab3"})
    ASSERT_TRUE(system.apply(HostChanged{host, HostState::kDown, 0, {}, ""}));
  const Choice choice = choose_for("vm1", Policy::kAny);
  EXPECT_EQ(choice.host, nullptr);
  EXPECT_EQ(choice.why, "no host of 'lab' fits");
  EXPECT_EQ(choice.refused.size(), 3u);
}

TEST_F(PlacementTest, PlaceAllSpreadsByNumber) {
  const auto changes = place_all(system);
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 3u);
  EXPECT_EQ(std::get<HostAssigned>((*changes)[0]).host, "lab1");
  EXPECT_EQ(std::get<HostAssigned>((*changes)[1]).host, "lab2");
  EXPECT_EQ(std::get<HostAssigned>((*changes)[2]).host, "lab3");
}

TEST_F(PlacementTest, PlaceAllNamesTheFirstThatFitsNowhere) {
  for (int i = 0; i < 4; ++i) create_vm();
  EXPECT_EQ(place_all(system).error().message,
            "vm7 fits on none of the 3 hosts of 'lab' that are up: it needs 300B of memory");
}

}  // namespace
}  // namespace attune::system
