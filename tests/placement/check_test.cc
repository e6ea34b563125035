// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/check.h"

#include <limits>

#include <gtest/gtest.h>

#include "tests/placement/states.h"

namespace attune::placement {
namespace {

class Check : public ::testing::Test {
 protected:
  Check() {
    world_.host(4);
    world_.host(4);
    world_.vm(1, 0);
    world_.vm(1, 0);
  }
  // The places of all findings.
  std::vector<std::string> places() const {
    std::vector<std::string> all;
    for (const Finding& one : check(world_.state)) all.push_back(one.place);
    return all;
  }
  using Places = std::vector<std::string>;
  test::States world_;
};

TEST_F(Check, ASoundStateHasNoFindings) {
  EXPECT_EQ(places(), Places{});
}

TEST_F(Check, ASiteWithoutHostsHasNoCapacity) {
  world_.site("t");
  EXPECT_EQ(places(), Places{"/sites/1"});
}

TEST_F(Check, APriceBelowZeroIsRefused) {
  world_.state.sites[0].vm_price = -1;
  EXPECT_EQ(places(), Places{"/sites/0/vm_price"});
}

TEST_F(Check, WhatIsNoNumberIsRefused) {
  world_.state.vms[1].memory = std::numeric_limits<double>::quiet_NaN();
  world_.state.hosts[0].core_speed = std::numeric_limits<double>::infinity();
  EXPECT_EQ(places(), (Places{"/hosts/0/core_speed", "/vms/1/memory_mib"}));
}

TEST_F(Check, WhatIsSoLittleThatQuotientsOfItAreNotFiniteIsRefused) {
  world_.state.sites[0].bandwidth = 1e-310;
  EXPECT_EQ(places(), Places{"/sites/0/bandwidth_mbit"});
}

TEST_F(Check, APairOfSitesWithoutALinkIsAHole) {
  world_.host(4, world_.site("t"));
  world_.state.links.clear();
  EXPECT_EQ(places(), Places{"/links"});
}

TEST_F(Check, ASiteThatIsThereTwiceLacksNoLinkWithItself) {
  world_.host(4, world_.site("s"));
  world_.state.sites[1].name = world_.state.sites[0].name;
  world_.state.links.clear();
  EXPECT_EQ(places(), Places{"/sites/1/name"});
}

TEST_F(Check, DuplicateNamesAreToldWithTheSecond) {
  world_.state.vms[1].name = "v0";
  EXPECT_EQ(places(), Places{"/vms/1/name"});
}

TEST_F(Check, UnknownVmsAndHostsAreRefused) {
  world_.state.vms[0].host = 7;
  world_.talk(0, 9, 1);
  EXPECT_EQ(places(), (Places{"/vms/0/host", "/traffic/0/to"}));
}

TEST_F(Check, ApartAndTogetherContradictEachOther) {
  world_.constrain(ConstraintKind::kTogether, {0, 1});
  world_.constrain(ConstraintKind::kApart, {1, 0});
  EXPECT_EQ(places(), Places{"/constraints/1"});
}

TEST_F(Check, ASoftOneContradictsNothing) {
  world_.constrain(ConstraintKind::kTogether, {0, 1});
  world_.constrain(ConstraintKind::kApart, {1, 0}, false);
  EXPECT_EQ(places(), Places{});
}

TEST_F(Check, TwoPinsWithNoHostInCommonContradictEachOther) {
  world_.pin(0, 0);
  world_.pin(0, 1);
  EXPECT_EQ(places(), Places{"/constraints/1"});
}

TEST_F(Check, MoreThanIsPlannedForIsRefused) {
  world_.state.constraints.resize(kMaxConstraints + 1);
  EXPECT_EQ(places(), Places{"/constraints"});
}

TEST_F(Check, AllIsToldInOneGo) {
  world_.state.horizon = 0;
  world_.state.objectives.clear();
  world_.state.hosts[1].price = -2;
  EXPECT_EQ(places(), (Places{"/hosts/1/price", "/horizon_s", "/objectives"}));
}

}  // namespace
}  // namespace attune::placement
