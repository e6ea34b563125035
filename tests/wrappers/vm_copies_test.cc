// SPDX-License-Identifier: Apache-2.0
// A host has a machine that the system has elsewhere.
#include "wrappers/vm_watch.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class VmCopyTest : public VmWatchTest {
 protected:
  void look_over(const std::string& host) {
    start<int>(vm_->look_over(host), [](int) {});
    turn();
  }
};

TEST_F(VmCopyTest, OneThatRunsTwiceIsAPersonsToDecide) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  look_over("lab2");
  EXPECT_THAT(
      small_.alerts,
      ElementsAre("vm1 runs on lab1 and on lab2; nothing was touched: end the one that is not wanted by "
                  "hand (virsh destroy vm1) (vm1)"));
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1 lab2");
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmCopyTest, OneThatRunsWhereTheOtherCannotBeAskedIsToldToo) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab1").answers = false;
  look_over("lab2");
  EXPECT_THAT(small_.alerts, ElementsAre(::testing::HasSubstr("runs on lab2, and perhaps on lab1 as well")));
}

TEST_F(VmCopyTest, OneThatRunsThereAloneIsFound) {
  land_.host("lab1").domains.clear();
  land_.host("lab2").domains["vm1"] = State::kRunning;
  look_over("lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_THAT(small_.raised, ElementsAre("vm_moved vm1 from=lab1 to=lab2"));
  EXPECT_TRUE(land_.is_watched("lab2"));
}

TEST_F(VmCopyTest, ADefinitionThatWasLeftIsRemoved) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  look_over("lab2");
  EXPECT_THAT(land_.deeds, ElementsAre("undefine vm1 on lab2"));
}

TEST_F(VmCopyTest, ADefinitionThatCouldNotBeRemovedIsRemovedLater) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  land_.fail_next("undefine", ErrorCode::kFailed);
  look_over("lab2");
  EXPECT_THAT(land_.deeds, IsEmpty());
  loop_.pass(std::chrono::seconds(5));
  EXPECT_THAT(land_.deeds, ElementsAre("undefine vm1 on lab2"));
}

TEST_F(VmCopyTest, ADefinitionIsLeftWhileItsOwnHostIsSilent) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  land_.host("lab1").answers = false;
  look_over("lab2");
  EXPECT_THAT(land_.deeds, IsEmpty());
  land_.host("lab1").answers = true;
  loop_.pass(std::chrono::seconds(5));
  EXPECT_THAT(land_.deeds, ElementsAre("undefine vm1 on lab2"));
}

TEST_F(VmCopyTest, AStrangerIsNoCopy) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").strangers = {"vm1"};
  look_over("lab2");
  EXPECT_THAT(small_.alerts, IsEmpty());
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmCopyTest, WhatAMigrationLeftPausedIsRemovedWhereItRunsOnItsOwnHost) {
  land_.host("lab2").domains["vm1"] = State::kPaused;
  look_over("lab2");
  EXPECT_THAT(land_.deeds, ElementsAre("settle vm1 on lab1"));
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmCopyTest, OfTwoThatArePausedNoneIsRemoved) {
  land_.host("lab1").domains["vm1"] = land_.host("lab2").domains["vm1"] = State::kPaused;
  look_over("lab2");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmCopyTest, WhatACallIsAtWorkOnIsLeftToIt) {
  land_.migrations_last = true;
  const auto going = begin("migrate", {"vm1", "lab2"});
  land_.host("lab2").domains["vm1"] = State::kRunning;
  look_over("lab2");
  EXPECT_THAT(small_.alerts, IsEmpty());
  going->stop.request_stop();
  turn();
}

TEST_F(VmCopyTest, ASecondOneThatSomebodyStartsIsTold) {
  call("migrate", {"vm1", "lab2"});
  turn();
  loop_.pass(std::chrono::seconds(10));
  land_.becomes("vm1", "lab1", State::kRunning, Event::kStarted);
  turn();
  EXPECT_THAT(small_.alerts, ElementsAre(::testing::HasSubstr("vm1 runs on lab2 and on lab1")));
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmCopyTest, AHostWhoseLibvirtdIsNotUpYetIsLookedAtLater) {
  small_.apply(system::HostChanged{"lab2", system::HostState::kUp, 0, {}, {}});
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").answers = false;
  look_over("lab2");
  EXPECT_THAT(small_.alerts, IsEmpty());
  land_.host("lab2").answers = true;
  loop_.pass(std::chrono::seconds(5));
  EXPECT_THAT(small_.alerts, ::testing::SizeIs(1));
}

TEST_F(VmCopyTest, NobodyWaitsForALibvirtdAfterItsEnd) {
  small_.apply(system::HostChanged{"lab2", system::HostState::kUp, 0, {}, {}});
  land_.host("lab2").answers = false;
  bool has_ended = false;
  start<int>(vm_->look_over("lab2"), [&](int) { has_ended = true; });
  turn();
  EXPECT_FALSE(has_ended);
  vm_.reset();
  EXPECT_TRUE(has_ended);
}

TEST_F(VmCopyTest, NothingIsLookedAtAfterItsEnd) {
  land_.host("lab2").domains["vm1"] = State::kRunning;
  start<int>(vm_->look_over("lab2"), [](int) {});
  vm_.reset();
  turn();
  EXPECT_THAT(small_.alerts, IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
