// SPDX-License-Identifier: Apache-2.0
// A real guest moves between two lab hosts while somebody talks to it. However a migration ends, exactly one
// host has the guest.
#include "tests/live/vm_fixture.h"

#include <algorithm>

namespace attune::test {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Migration : public VmTest {
 protected:
  // The guest is on `host` alone, runs, and its connection has lived through everything.
  void expect_alone_on(const std::string& host) {
    EXPECT_EQ(who_has(), host);
    EXPECT_EQ(who_defines(), host);
    EXPECT_EQ(state(host), State::kRunning);
    EXPECT_TRUE(guest_.still_answers());
  }
};

TEST_F(Migration, MovesAGuestWhileSomebodyTalksToIt) {
  boot();
  const End end = migrate();
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kTarget) << end->error;
  EXPECT_EQ(end->error, "");
  expect_alone_on("lab2");
  EXPECT_GT(end->figures.done_bytes, 1'000'000u);
  EXPECT_GT(end->figures.guest_stopped, Duration::zero());
  EXPECT_GT(end->figures.elapsed, end->figures.guest_stopped);
}

TEST_F(Migration, GoesBackToWhereItCameFrom) {
  boot();
  EXPECT_EQ(migrate()->where, Where::kTarget);
  EXPECT_EQ(migrate(request("lab2", "lab1"))->where, Where::kTarget);
  expect_alone_on("lab1");
}

TEST_F(Migration, IsToldByBothHosts) {
  boot();
  watch("lab1");
  watch("lab2");
  EXPECT_EQ(migrate()->where, Where::kTarget);
  EXPECT_TRUE(await_that(loop_, [&] { return !kinds("lab1").empty() && !kinds("lab2").empty(); }));
  EXPECT_THAT(kinds("lab1"), ElementsAre(Kind::kMigratedAway));
  EXPECT_THAT(kinds("lab2"), ElementsAre(Kind::kMigratedIn));
}

TEST_F(Migration, TellsItsProgress) {
  boot();
  std::vector<uint64_t> done;
  ports::MigrationRequest slow = request();
  slow.bandwidth_mib_per_s = 32;
  slow.on_progress = [&](const ports::MigrationProgress& now) {
    EXPECT_GT(now.total_bytes, 128u << 20);
    done.push_back(now.done_bytes);
  };
  EXPECT_EQ(migrate(slow)->where, Where::kTarget);
  EXPECT_GE(done.size(), 2u);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

TEST_F(Migration, KeepsAGuestSuspendedThatWas) {
  boot();
  ASSERT_TRUE(await(loop_, hypervisor_.suspend(uri("lab1"), "vm")));
  EXPECT_EQ(migrate()->where, Where::kTarget);
  EXPECT_EQ(who_has(), "lab2");
  EXPECT_EQ(state("lab2"), State::kPaused);
}

TEST_F(Migration, CancelledInTheMiddleStaysWhereItWas) {
  boot();
  std::stop_source stop;
  const End end = migrate_and([&] { stop.request_stop(); }, stop.get_token());
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_TRUE(end->cancelled);
  EXPECT_EQ(end->where, Where::kSource);
  EXPECT_THAT(end->error, HasSubstr("cancelled"));
  expect_alone_on("lab1");
}

TEST_F(Migration, CancelledBeforeItBeganDoesNothing) {
  boot();
  std::stop_source stop;
  stop.request_stop();
  const End end = migrate(request(), stop.get_token());
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kCancelled);
  expect_alone_on("lab1");
}

TEST_F(Migration, OutOfTimeStaysWhereItWas) {
  boot();
  ports::MigrationRequest slow = request();
  slow.bandwidth_mib_per_s = 4;
  slow.timeout = milliseconds(800);
  const End end = migrate(slow);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_TRUE(end->timed_out);
  EXPECT_EQ(end->where, Where::kSource);
  EXPECT_THAT(end->error, HasSubstr("not done within 0.8 s"));
  expect_alone_on("lab1");
}

TEST_F(Migration, RefusedByTheTargetStaysWhereItWas) {
  lab().shell("lab1", "ip link add br1 type bridge && ip link set br1 up");
  auto vm = spec();
  vm.networks.push_back({hypervisor::Network::Kind::kBridge, "br1"});  // which lab2 has not
  boot("lab1", vm);
  const End end = migrate();
  lab().shell("lab1", "ip link del br1");
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->where, Where::kSource);
  EXPECT_THAT(end->error, HasSubstr("br1"));
  expect_alone_on("lab1");
}

TEST_F(Migration, SettledWithoutNeedChangesNothing) {
  boot();
  EXPECT_EQ(settle()->where, Where::kSource);
  expect_alone_on("lab1");
  EXPECT_EQ(migrate()->where, Where::kTarget);
  EXPECT_EQ(settle()->where, Where::kTarget);
  expect_alone_on("lab2");
}

}  // namespace
}  // namespace attune::test
