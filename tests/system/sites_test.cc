// SPDX-License-Identifier: Apache-2.0
// Sites, what is told of their prices and capacities, and the policies that look at these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/system/composition.h"
#include "runtime/system/placement.h"
#include "runtime/system/snapshot.h"
#include "runtime/system/system.h"
#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;
using ::testing::HasSubstr;
using std::chrono_literals::operator""ms;

class SitesTest : public ::testing::Test {
 protected:
  void create(const std::string& name, const std::string& host = {}) {
    const auto changes = creation(system, name);
    ASSERT_TRUE(changes);
    for (const Change& change : *changes) ASSERT_TRUE(system.apply(change));
    const Component* made = system.instances(name).back();
    if (host.empty()) return;
    ASSERT_TRUE(system.apply(HostAssigned{made->id, host}));
  }
  std::string tell(std::string of, std::string property, std::string value, std::string to = {}) {
    const auto told =
        system.apply(PropertyChanged{std::move(of), std::move(property), std::move(value), std::move(to)});
    return told ? std::string() : told.error().message;
  }
  Choice choose_for(Policy policy, const Component* subject = nullptr, std::string_view near = {}) {
    return choose(system, "lab", policy, subject, {}, nullptr, now, system.find_host(near));
  }

  // n1 and n2 are dear and near each other, s1 is cheap, far1 dear and farther.
  model::Project project = ProjectBuilder()
                               .family("lab", {"n1", "n2", "s1", "far1"}, model::Size{700})
                               .site("north", {"n1", "n2"}, 0.5, 0.1)
                               .site("south", {"s1"}, 0.2, 0.02)
                               .site("far", {"far1"}, 2, 0)
                               .link("south", "north", 5ms, 100)
                               .link("north", "far", 20ms, 1000)
                               .link("south", "far", 20ms, 10)
                               .component("vm", "lab", 0)
                               .max(9)
                               .memory(300)
                               .component("app", "vm", 0)
                               .max(9)
                               .build();
  System system{project};
  Instant now{std::chrono::seconds(100)};
};

TEST_F(SitesTest, AHostStandsOnItsSite) {
  EXPECT_EQ(system.site_of(*system.find_host("n2"))->name, "north");
  EXPECT_EQ(system.site_of(*system.find_host("s1"))->name, "south");
}

TEST_F(SitesTest, AVmStandsWhereItsHostDoes) {
  create("vm", "s1");
  EXPECT_EQ(system.site_of(*system.find_host("vm1"))->name, "south");
  create("vm");
  EXPECT_EQ(system.site_of(*system.find_host("vm2")), nullptr);
}

TEST_F(SitesTest, WithoutSitesAllHostsAreOnOneLocalNetwork) {
  const model::Project plain = ProjectBuilder().family("lab", {"lab1", "lab2"}).build();
  const System alone(plain);
  EXPECT_EQ(alone.site_of(*alone.find_host("lab1")), nullptr);
  const Distance apart = distance_between(alone, *alone.find_host("lab1"), *alone.find_host("lab2"));
  EXPECT_EQ(apart.step, Distance::Step::kSameSite);
  EXPECT_EQ(apart.bandwidth_mbit, 10'000);
}

TEST_F(SitesTest, WhatIsToldCounts) {
  EXPECT_EQ(tell("north", "host_price", "0.75"), "");
  EXPECT_EQ(tell("north", "available_until", "2026-12-31T18:00:00Z"), "");
  EXPECT_EQ(tell("n1", "price", "3"), "");
  EXPECT_EQ(tell("n1", "memory", "1GiB"), "");
  EXPECT_EQ(system.find_site("north")->host_price, 0.75);
  EXPECT_TRUE(system.find_site("north")->available_until);
  EXPECT_EQ(system.find_host("n1")->terms.price, 3);
  EXPECT_EQ(system.find_host("n1")->memory.bytes, 1 << 30);
  EXPECT_EQ(tell("north", "available_until", "never"), "");
  EXPECT_FALSE(system.find_site("north")->available_until);
}

TEST_F(SitesTest, ALinkIsToldFromEitherEnd) {
  EXPECT_EQ(tell("north", "latency", "7ms", "south"), "");
  EXPECT_EQ(tell("south", "bandwidth_mbit", "20", "north"), "");
  EXPECT_EQ(system.link_between("north", "south")->latency, 7ms);
  EXPECT_EQ(system.link_between("south", "north")->bandwidth_mbit, 20);
  EXPECT_EQ(system.snapshot().changes.size(), 2u);
}

TEST_F(SitesTest, WhatCannotBeIsRefusedAndChangesNothing) {
  EXPECT_EQ(tell("east", "host_price", "1"), "no site and no host of a family is called 'east'");
  EXPECT_THAT(tell("north", "host_price", "-1"), HasSubstr("host_price cannot be -1: it is 0 or more"));
  EXPECT_THAT(tell("north", "bandwidth_mbit", "0"), HasSubstr("0.000001 or more"));
  EXPECT_THAT(tell("north", "price", "1"), HasSubstr("a site has no 'price'"));
  EXPECT_THAT(tell("n1", "host_price", "1"), HasSubstr("a host has no 'host_price'"));
  EXPECT_THAT(tell("n1", "memory_overcommit", "0.5"), HasSubstr("1 or more"));
  EXPECT_THAT(tell("n1", "cpus", "0"), HasSubstr("no number of processors"));
  EXPECT_THAT(tell("n1", "latency", "1ms", "north"), HasSubstr("n1 is a host"));
  EXPECT_THAT(tell("north", "latency", "1ms", "east"), HasSubstr("no link of 'north' and 'east'"));
  EXPECT_THAT(tell("north", "available_until", "soon"), HasSubstr("'soon' is no time"));
  EXPECT_EQ(system.find_site("north")->host_price, 0.5);
  EXPECT_EQ(system.snapshot().changes.size(), 0u);
}

TEST_F(SitesTest, WhatTheHostItselfTellsComesAfterWhatWasTold) {
  const model::Project plain = ProjectBuilder().family("lab", {"lab1"}).build();
  System bare(plain);
  ASSERT_TRUE(bare.apply(PropertyChanged{"lab1", "cpus", "2", {}}));
  ASSERT_TRUE(bare.apply(HostChanged{.host = "lab1", .state = HostState::kUp, .cpus = 64}));
  EXPECT_EQ(bare.find_host("lab1")->cpus, 2u);
}

// --- policies ---

TEST_F(SitesTest, CheapestCountsAnEmptyHostsPrice) {
  EXPECT_EQ(choose_for(Policy::kCheapest).why, "s1: 0.22 an hour, the least of 4 that fit");
  create("vm", "n1");
  EXPECT_EQ(choose_for(Policy::kCheapest).why, "n1: 0.1 an hour, the least of 4 that fit");
  EXPECT_EQ(tell("south", "host_price", "0.01"), "");
  EXPECT_EQ(choose_for(Policy::kCheapest).host->name, "s1");
  EXPECT_EQ(tell("s1", "price", "9"), "");
  EXPECT_EQ(choose_for(Policy::kCheapest).host->name, "n1");
}

TEST_F(SitesTest, CheapestCountsTheSubjectsOwnHostAsEmptyWithoutIt) {
  create("vm", "n1");
  EXPECT_EQ(choose_for(Policy::kCheapest, system.find("vm1")).host->name, "s1");
}

TEST_F(SitesTest, ConsolidateFillsWhatIsInUse) {
  create("vm", "n2"), create("vm", "s1"), create("vm", "s1"), create("vm");
  const Choice choice = choose_for(Policy::kConsolidate, system.find("vm4"));
  EXPECT_EQ(choice.why, "n2: 1 component, 400B free, the fullest of 3 that fit");
  ASSERT_EQ(choice.refused.size(), 1u);
  EXPECT_EQ(choice.refused[0].host, "s1");
  EXPECT_EQ(choice.refused[0].why, "free_memory = 100B, and vm4 needs 300B");
}

TEST_F(SitesTest, ConsolidateTakesAnEmptyHostLast) {
  create("vm", "n2"), create("vm", "n2"), create("vm");
  EXPECT_EQ(choose_for(Policy::kConsolidate, system.find("vm3")).why,
            "n1: it is empty, 700B free, the fullest of 3 that fit");
}

TEST_F(SitesTest, ClosestTakesTheHostThenTheSiteThenTheLink) {
  EXPECT_EQ(choose_for(Policy::kClosestTo, nullptr, "n2").why,
            "n2: it is n2 itself, the closest of 4 that fit");
  ASSERT_TRUE(system.apply(HostChanged{.host = "n2", .state = HostState::kDown}));
  EXPECT_EQ(choose_for(Policy::kClosestTo, nullptr, "n2").why,
            "n1: on the site of n2, the closest of 3 that fit");
  ASSERT_TRUE(system.apply(HostChanged{.host = "n1", .state = HostState::kDown}));
  EXPECT_EQ(choose_for(Policy::kClosestTo, nullptr, "n2").why,
            "s1: 5ms and 100 Mbit/s from n2, the closest of 2 that fit");
}

TEST_F(SitesTest, ClosestTakesTheBroaderOfLinksWithOneLatency) {
  ASSERT_TRUE(system.apply(HostChanged{.host = "far1", .state = HostState::kDown}));
  EXPECT_EQ(choose_for(Policy::kClosestTo, nullptr, "far1").host->name, "n1");
  create("vm", "n1");
  EXPECT_EQ(choose_for(Policy::kClosestTo, nullptr, "far1").host->name, "n2");
}

}  // namespace
}  // namespace attune::system
