// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_migration.h"

#include "tests/wrappers/vm_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmMigrationTest : public VmTest {
 protected:
  VmMigrationTest() { runs_on("lab1"); }
  std::string migrate(const std::string& to = "lab2") { return call("migrate", {"vm1", to}); }
};

TEST_F(VmMigrationTest, MovesItAndSaysHowLongThatTook) {
  EXPECT_EQ(migrate(), "exited 0: vm1 moved from lab1 to lab2 in 800 ms, stopped for 50 ms");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab2");
  EXPECT_EQ(small_.host_of(id_), "lab2");
  EXPECT_THAT(small_.progress, ElementsAre("64 of 128 MiB"));
}

TEST_F(VmMigrationTest, ChecksTheTargetBeforeItBegins) {
  land_.fail_next("check_migration", ErrorCode::kNoSpace, "lab2 has 64 MiB free, and vm1 needs 128 MiB");
  EXPECT_EQ(migrate(), "exited 125: lab2 has 64 MiB free, and vm1 needs 128 MiB");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

// Each of both has asked libvirt, which counts none that has not arrived.
TEST_F(VmMigrationTest, RefusesATargetWithoutMemoryBesideWhatIsOnItsWayThere) {
  small_.apply(system::HostChanged{"lab2", system::HostState::kUp, 0, model::Size{200 << 20}, {}});
  const system::ComponentId other = small_.make("vm", "lab1");
  land_.host("lab1").domains["vm2"] = State::kRunning;
  land_.migrations_last = true;
  const auto first = begin("migrate", {"vm1", "lab2"});
  std::string second = "(goes on)";
  start<workflow::CallOutcome>(vm_->invoke(small_.call(other, "VM", "migrate", {"vm2", "lab2"}), {}),
                               [&](const workflow::CallOutcome& outcome) { second = shown(outcome); });
  loop_.turn();
  EXPECT_EQ(second, "exited 125: lab2 has no memory for vm2 beside what is on its way there: vm1");
  first->stop.request_stop();
  loop_.turn();
  land_.migrations_last = false;
  EXPECT_THAT(migrate(), HasSubstr("moved from lab1 to lab2")) << "it is not on its way any more";
}

TEST_F(VmMigrationTest, RefusesATargetThatHasTheName) {
  land_.host("lab2").domains["vm1"] = State::kShutOff;
  EXPECT_THAT(migrate(), HasSubstr("lab2 has a domain of that name already"));
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, ThatBreaksOffLeavesItAtItsSource) {
  land_.migrations_end = VmLand::Where::kSource;
  EXPECT_EQ(migrate(), "exited 1: the link was cut");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, OfWhichNobodyCanTellIsLost) {
  land_.migrations_end = VmLand::Where::kUnknown;
  EXPECT_EQ(migrate(), "lost: the link was cut");
}

TEST_F(VmMigrationTest, ThatLeavesItNowhereLeavesItFailed) {
  land_.migrations_end = VmLand::Where::kNowhere;
  EXPECT_EQ(migrate(), "exited 1: the link was cut");
  EXPECT_EQ(small_.lifecycle(id_), Lifecycle::kFailed);
}

TEST_F(VmMigrationTest, CanBeCancelled) {
  land_.migrations_last = true;
  const auto going = begin("migrate", {"vm1", "lab2"});
  going->stop.request_stop();
  loop_.turn();
  EXPECT_EQ(shown(going->outcome.value()), "cancelled");
  EXPECT_EQ(land_.whereabouts("vm1"), "lab1");
}

TEST_F(VmMigrationTest, ToWhereItIsIsDone) {
  EXPECT_EQ(migrate("lab1"), "exited 0: vm1 is on lab1 already");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

TEST_F(VmMigrationTest, OfOneThatSomebodyMovedThereIsDone) {
  land_.moves("vm1", "lab1", "lab2");
  EXPECT_EQ(migrate(), "exited 0: vm1 runs on lab2 already");
  EXPECT_EQ(small_.host_of(id_), "lab2");
}

TEST_F(VmMigrationTest, DoesNotTakeAStrangerForItself) {
  land_.host("lab1").domains.clear();
  land_.host("lab2").domains["vm1"] = State::kRunning;
  land_.host("lab2").strangers = {"vm1"};
  EXPECT_THAT(migrate(), HasSubstr("no domain vm1 on lab1"));
  EXPECT_EQ(small_.host_of(id_), "lab1");
}

TEST_F(VmMigrationTest, HasComeAboutWhereItIsOnItsTarget) {
  const workflow::Call call = small_.call(id_, "VM", "migrate", {"vm1", "lab2"});
  EXPECT_FALSE(vm_->has_come_about(call));
  small_.apply(system::HostAssigned{id_, "lab2"});
  EXPECT_TRUE(vm_->has_come_about(call));
  EXPECT_FALSE(vm_->has_come_about(small_.call(id_, "VM", "suspend", {"vm1", "lab2"})));
}

TEST_F(VmMigrationTest, NeedsATargetThatIsThere) {
  EXPECT_EQ(migrate(""), "exited 125: vm1: migrate needs the host to go to");
  EXPECT_EQ(migrate("lab9"), "exited 125: there is no host 'lab9' to migrate vm1 to");
}

}  // namespace
}  // namespace attune::wrappers
