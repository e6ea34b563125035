// SPDX-License-Identifier: Apache-2.0
// What is done with a machine whose host is known to be down, and what becomes of one that was lost when that
// is back.
#include "wrappers/vm.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmDownTest : public VmTest {
 protected:
  VmDownTest() {
    runs_on("lab1");
    land_.host("lab1").addresses["vm1"] = {"10.0.0.7"};
  }
  void is(const std::string& host, system::HostState state) {
    land_.host(host).answers = state == system::HostState::kUp;
    small_.apply(system::HostChanged{host, state, 0, {}, {}});
  }
  // A host answers again, and it has the machine so.
  void is_back(const std::string& host, State has) {
    is(host, system::HostState::kUp);
    land_.host(host).domains["vm1"] = has;
    look_over(host);
  }
  void look_over(const std::string& host) {
    start<int>(vm_->look_over(host), [](int) {});
    loop_.turn();
  }
  std::string state() { return std::string(system::name_of(small_.lifecycle(id_))); }

  const std::string down_ =
      "lab1 is down, it does not answer: wait until it is back, or make sure that it is off and say so: "
      "attune off lab1";
};

// --- it is known to be down ---

TEST_F(VmDownTest, NothingIsAskedOfAHostThatIsKnownToBeDown) {
  is("lab1", system::HostState::kDown);
  land_.host("lab1").answers = true;  // whoever asked would be answered
  for (const std::string operation : {"start", "stop", "kill", "status", "suspend", "resume"})
    EXPECT_EQ(call(operation), "exited 125: " + down_) << operation;
  EXPECT_EQ(call("migrate", {"vm1", "lab2"}), "exited 125: " + down_);
  EXPECT_THAT(land_.deeds, IsEmpty());
  EXPECT_EQ(state(), "started");
}

TEST_F(VmDownTest, NorOfOneThatIsSaidToBeOff) {
  is("lab1", system::HostState::kOff);
  EXPECT_EQ(call("stop"),
            "exited 125: lab1 is said to be off: nothing is done there before it answers again");
}

TEST_F(VmDownTest, NothingIsMigratedToAHostThatIsKnownToBeDown) {
  is("lab2", system::HostState::kDown);
  EXPECT_THAT(call("migrate", {"vm1", "lab2"}), HasSubstr("exited 125: lab2 is down"));
}

TEST_F(VmDownTest, AStartFindsItWhereItHasGone) {
  is("lab1", system::HostState::kDown);
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_EQ(call("start"), "exited 0: vm1 runs on lab2 already");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

// --- it is lost ---

class VmLostTest : public VmDownTest {
 protected:
  VmLostTest() {
    small_.set(id_, Lifecycle::kLost);
    is("lab1", system::HostState::kDown);
  }
  const std::string unknown_ = "exited 125: it is not known whether vm1 runs: ";
};

TEST_F(VmLostTest, ItRunsOnWhenItsHostIsBack) {
  is_back("lab1", State::kRunning);
  EXPECT_EQ(state(), "started");
  EXPECT_THAT(small_.sources, ElementsAre("libvirt lab1"));
  EXPECT_THAT(small_.raised, IsEmpty());
}

TEST_F(VmLostTest, ItIsStoppedWhereItsHostHasItOff) {
  is_back("lab1", State::kShutOff);
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, ElementsAre("vm_stopped vm1 host=lab1"));
}

TEST_F(VmLostTest, AStartThatWasTriedMeanwhileChangesNothing) {
  EXPECT_EQ(call("start"), "exited 125: " + down_);
  is_back("lab1", State::kRunning);
  EXPECT_EQ(state(), "started");
}

TEST_F(VmLostTest, ItStaysSoWhereOnlyAHostThatIsStillSilentMayHaveIt) {
  is("lab2", system::HostState::kDown);
  land_.host("lab1").domains.clear();
  is("lab1", system::HostState::kUp);
  look_over("lab1");
  EXPECT_EQ(state(), "lost");
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
  is_back("lab2", State::kRunning);
  EXPECT_EQ(state(), "started");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmLostTest, WhatWasToEndItWasNotInVain) {
  is("lab1", system::HostState::kUp);
  land_.fail_next("undefine", ErrorCode::kLost);
  EXPECT_THAT(call("kill"), HasSubstr("lost"));
  small_.set(id_, Lifecycle::kLost);
  look_over("lab1");
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, IsEmpty()) << "a diagram would start it again";
}

// Its host is up, and nobody will tell that it is back.
TEST_F(VmLostTest, AHostThatAnswersIsAskedAgainAfterACallThatWasLost) {
  is("lab1", system::HostState::kUp);
  small_.set(id_, Lifecycle::kStopped);
  land_.host("lab1").domains.clear();
  land_.fail_next("boot", ErrorCode::kLost);
  EXPECT_THAT(call("start"), HasSubstr("lost"));
  small_.set(id_, Lifecycle::kLost);
  land_.host("lab1").domains["vm1"] = State::kRunning;  // it has come about
  loop_.pass(std::chrono::seconds(5));
  EXPECT_EQ(state(), "started");
}

// Its host answers all the while, and only its libvirtd does not: nobody will tell that it is back.
class VmDeafTest : public VmDownTest {
 protected:
  VmDeafTest() {
    for (const std::string host : {"lab1", "lab2"}) is(host, system::HostState::kUp);
    land_.host("lab1").answers = false;
    EXPECT_THAT(call("status"), HasSubstr("lost"));
    small_.set(id_, Lifecycle::kLost);
  }
};

TEST_F(VmDeafTest, WhatAStatusLostIsSettledOnceItsLibvirtdIsBack) {
  land_.host("lab1").answers = true;
  loop_.pass(std::chrono::seconds(5));
  EXPECT_EQ(state(), "started");
}

TEST_F(VmDeafTest, HoweverLongThatTakes) {
  for (int minute = 0; minute < 20; ++minute) loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(state(), "lost");
  land_.host("lab1").answers = true;
  loop_.pass(std::chrono::minutes(1));
  EXPECT_EQ(state(), "started");
}

TEST_F(VmLostTest, AKillThatIsTriedAgainAndRefusedDoesNotMakeTheFirstOneNews) {
  is("lab1", system::HostState::kUp);
  land_.fail_next("undefine", ErrorCode::kLost);
  EXPECT_THAT(call("kill"), HasSubstr("lost"));
  small_.set(id_, Lifecycle::kLost);
  is("lab1", system::HostState::kDown);
  EXPECT_EQ(call("kill"), "exited 125: " + down_);
  is_back("lab1", State::kShutOff);
  EXPECT_EQ(state(), "stopped");
  EXPECT_THAT(small_.raised, IsEmpty());
}

// The manager was killed in the middle of a migration of it.
TEST_F(VmLostTest, AdoptionLeavesItInDoubtWhileItsHostIsSilent) {
  EXPECT_EQ(adopt(), "lab1 does not answer");
  is("lab2", system::HostState::kDown);
  is("lab1", system::HostState::kUp);
  land_.host("lab1").domains.clear();
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmLostTest, AMigrationWhoseEndNobodyKnowsLeavesItInDoubt) {
  is("lab1", system::HostState::kUp);
  small_.set(id_, Lifecycle::kStarted);
  land_.migrations_end = VmLand::Where::kUnknown;
  EXPECT_THAT(call("migrate", {"vm1", "lab2"}), HasSubstr("lost"));
  land_.host("lab1").domains.clear();
  is("lab2", system::HostState::kDown);
  EXPECT_THAT(call("start"), HasSubstr("lost: vm1 may run on lab2"));
}

// --- migrating what is lost ---

TEST_F(VmLostTest, ItIsNotSaidToBeOnAHostThatDoesNotAnswer) {
  for (const std::string to : {"lab1", "lab2"})
    EXPECT_EQ(call("migrate", {"vm1", to}), unknown_ + down_) << to;
  EXPECT_EQ(state(), "lost");
}

TEST_F(VmLostTest, ItIsNotMovedWhileAnotherHostMayHaveIt) {
  is("lab1", system::HostState::kUp);
  land_.host("lab1").domains.clear();
  is("lab2", system::HostState::kDown);
  EXPECT_THAT(call("migrate", {"vm1", "lab1"}), HasSubstr(unknown_ + "vm1 may run on lab2"));
}

TEST_F(VmLostTest, ACopyThatIsKeptPausedDoesNotGoOnWhileAnotherHostMayRunIt) {
  is("lab1", system::HostState::kUp);
  land_.host("lab1").domains["vm1"] = State::kPaused;
  land_.host("lab2").answers = false;
  EXPECT_THAT(call("resume"), HasSubstr(unknown_));
  EXPECT_EQ(land_.host("lab1").domains["vm1"], State::kPaused);
}

TEST_F(VmLostTest, ItIsThereAlreadyWhereItsHostSaysSo) {
  is("lab1", system::HostState::kUp);
  EXPECT_EQ(call("migrate", {"vm1", "lab1"}), "exited 0: vm1 is on lab1 already");
  EXPECT_EQ(state(), "started");
}

TEST_F(VmLostTest, WhatIsFoundStoppedIsNotMigrated) {
  is("lab1", system::HostState::kUp);
  land_.host("lab1").domains["vm1"] = State::kShutOff;
  EXPECT_EQ(call("migrate", {"vm1", "lab2"}), "exited 125: vm1 does not run: start it first");
  EXPECT_EQ(state(), "stopped");
}

TEST_F(VmLostTest, ItIsMigratedFromWhereItIsFound) {
  is("lab1", system::HostState::kUp);
  land_.host("lab1").domains.clear();
  land_.host("lab2").domains["vm1"] = State::kRunning;
  EXPECT_THAT(call("migrate", {"vm1", "lab1"}), HasSubstr("exited 0: vm1 moved from lab2 to lab1"));
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

}  // namespace
}  // namespace attune::wrappers
