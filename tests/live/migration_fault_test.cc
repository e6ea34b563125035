// SPDX-License-Identifier: Apache-2.0
// Hosts, links and daemons that die in the middle of a migration. Whatever happens, the guest never runs
// twice, and nowhere only when the one host that had it is dead.
#include "tests/live/vm_fixture.h"

namespace attune::test {
namespace {

using ::testing::HasSubstr;

class MigrationFault : public VmTest {
 protected:
  // Once all hosts are there again, both are asked, and the guest is where it is said to be.
  void expect_settled_on(Where where) {
    Where found = Where::kUnknown;
    EXPECT_TRUE(await_that(loop_, [&] {
      found = settle()->where;
      return found != Where::kUnknown;
    }));
    EXPECT_EQ(found, where);
    EXPECT_EQ(who_has(), where == Where::kTarget ? "lab2" : where == Where::kSource ? "lab1" : "nobody");
    if (where == Where::kNowhere) return;
    EXPECT_EQ(state(where == Where::kTarget ? "lab2" : "lab1"), State::kRunning);
    EXPECT_TRUE(guest_.still_answers());
  }
};

// The source has handed over, the target has been told to let the guest run, and does, but nobody hears of
// it.
TEST_F(MigrationFault, TargetsLinkIsCutAtTheHandOver) {
  boot();
  const End end = migrate_and([] {
    lab().shell("lab2", "kill -STOP $(cat /run/libvirtd.pid)");
    lab().shell("lab1",
                "virsh migrate-setspeed vm 1024; until virsh domstate vm | grep -q paused; do :; done");
    // What waits in the stopped daemon's socket is the call that lets the guest run.
    lab().shell("lab2",
                "until ss -xH src /run/libvirt/libvirt-sock | awk '$3 { n++ } END { exit !n }'; do :; done");
    lab().cut("lab2");
    lab().shell("lab2",
                "kill -CONT $(cat /run/libvirtd.pid); until virsh domstate vm | grep -q running; do :; done");
  });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kUnknown);
  EXPECT_THAT(end->error, HasSubstr("it is kept paused on"));
  EXPECT_EQ(who_runs(), "lab2");
  lab().join("lab2");
  expect_settled_on(Where::kTarget);
}

TEST_F(MigrationFault, TargetsLinkIsCutInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().cut("lab2"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_NE(end->where, Where::kTarget);
  EXPECT_EQ(who_has().find("lab1"), 0u);
  lab().join("lab2");
  expect_settled_on(Where::kSource);
}

TEST_F(MigrationFault, SourcesLinkIsCutInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().cut("lab1"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kUnknown);
  lab().join("lab1");
  expect_settled_on(Where::kSource);
}

TEST_F(MigrationFault, TargetsLibvirtdDiesInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().kill_libvirtd("lab2"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_NE(end->where, Where::kTarget);
  lab().start_libvirtd("lab2");
  expect_settled_on(Where::kSource);
}

TEST_F(MigrationFault, SourcesLibvirtdDiesInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().kill_libvirtd("lab1"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kUnknown);
  lab().start_libvirtd("lab1");
  expect_settled_on(Where::kSource);
}

TEST_F(MigrationFault, TargetDiesInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().kill("lab2"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kSource);
  lab().up();
  expect_settled_on(Where::kSource);
}

TEST_F(MigrationFault, SourceDiesInTheMiddle) {
  boot();
  const End end = migrate_and([] { lab().kill("lab1"); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kUnknown);  // a host that does not answer may have it still
  lab().up();
  expect_settled_on(Where::kNowhere);
}

}  // namespace
}  // namespace attune::test
