// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/small_manager.h"

namespace attune::main {
namespace {

using events::Fault;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class IntakeTest : public ::testing::Test, protected SmallManager {
 protected:
  IntakeTest() {
    vm.at_once = workflow::CallExited{};
    begin();
  }
  uint64_t heard() {
    uint64_t count = store.all<workflow::EventAccepted>().size();
    loop.pass(std::chrono::hours(1));  // suppressed ones are told now and then
    for (const auto& suppressed : store.all<workflow::EventSuppressed>()) count += suppressed.count;
    return count - before_;
  }
  uint64_t before_ = store.all<workflow::EventAccepted>().size();
};

TEST_F(IntakeTest, BringsALineToTheEngine) {
  before_ = store.all<workflow::EventAccepted>().size();
  intake.pipe_line("cpu_high vm1 cpu=97%");
  EXPECT_EQ(intake.queued(), 1u);
  loop.turn();
  EXPECT_EQ(intake.queued(), 0u);
  EXPECT_EQ(heard(), 1u);
  EXPECT_EQ(intake.rejections().total(), 0u);
}

TEST_F(IntakeTest, CountsWhatIsNoEventByItsKind) {
  for (const char* line :
       {"nonsense", "cpu_hihg vm1 cpu=97%", "cpu_high vm9 cpu=97%", "cpu_high vm1 cpu=hot", "a b c=\x01", ""})
    intake.pipe_line(line);
  loop.turn();
  EXPECT_EQ(intake.rejections().count(Fault::kMalformed), 1u);
  EXPECT_EQ(intake.rejections().count(Fault::kUnknownEvent), 1u);
  EXPECT_EQ(intake.rejections().count(Fault::kUnknownComponent), 1u);
  EXPECT_EQ(intake.rejections().count(Fault::kBadValue), 1u);
  EXPECT_EQ(intake.rejections().count(Fault::kBinary), 1u);
  EXPECT_EQ(intake.rejections().total(), 5u);
  EXPECT_THAT(log.lines, SizeIs(5));
  EXPECT_THAT(log.lines, Contains(HasSubstr("event from pipe not taken (unknown-component: ")));
}

TEST_F(IntakeTest, TellsThatNothingWaitsAlsoWhereItWasNoEvent) {
  size_t told = 0;
  intake.on_idle([&] { ++told; });
  intake.pipe_line("cpu_hihg vm1 cpu=97%");
  intake.pipe_line("cpu_high vm9 cpu=97%");
  EXPECT_EQ(told, 0u);
  loop.turn();
  EXPECT_EQ(told, 1u);
  loop.turn();
  EXPECT_EQ(told, 1u);
}

TEST_F(IntakeTest, TakesNoProbesWordForWhatOnlyTheManagerRaises) {
  intake.pipe_line("component_failed vm1 why=gone");
  intake.channel_line("host_down lab1", "probe1");
  loop.turn();
  EXPECT_EQ(intake.rejections().count(Fault::kReserved), 2u);
  EXPECT_EQ(intake.queued(), 0u);
  EXPECT_THAT(log.lines,
              Contains(HasSubstr("event from probe1 not taken (reserved: 'host_down' is raised by")));
}

TEST_F(IntakeTest, OfItsOwnEventsTheNewestCountsWhileTheQueueIsFull) {
  intake.hold(true);
  for (size_t i = 0; i < Intake::kQueue + 1000; ++i) intake.raise("host_down", "lab1", {}, "hosts");
  EXPECT_EQ(intake.queued(), Intake::kQueue);
  EXPECT_EQ(intake.rejections().count(Fault::kOverflow), 1000u);
  EXPECT_THAT(log.lines, SizeIs(1)) << "the rest is only counted";
}

TEST_F(IntakeTest, MakesThePipeWaitWhileItsQueueIsFull) {
  int paused = 0, resumed = 0;
  intake.on_pause([&] { ++paused; }, [&] { ++resumed; });
  intake.hold(true);
  for (size_t i = 0; i < Intake::kQueue + 5; ++i) intake.pipe_line("cpu_high vm1 cpu=97%");
  loop.turn();
  EXPECT_EQ(intake.queued(), Intake::kQueue + 5);  // what was read already is taken all the same
  EXPECT_GT(paused, 0);
  EXPECT_EQ(resumed, 0);
  intake.hold(false);
  loop.turn();
  EXPECT_EQ(intake.queued(), 0u);
  EXPECT_EQ(resumed, 1);
}

TEST_F(IntakeTest, RefusesAChannelsLinesWhileItsQueueIsFull) {
  intake.hold(true);
  for (size_t i = 0; i < Intake::kQueue + 5; ++i) intake.channel_line("cpu_high vm1 cpu=97%", "probe1");
  EXPECT_EQ(intake.queued(), Intake::kQueue);
  EXPECT_EQ(intake.rejections().count(Fault::kOverflow), 5u);
  intake.raise(workflow::kHostDown, "lab1", {}, "attune");
  EXPECT_EQ(intake.queued(), Intake::kQueue + 1);
}

TEST_F(IntakeTest, HoldsBackWhileTheDiskIsBehind) {
  store.slow = true;
  workflow::Effects many;
  many.records.resize(Driver::kMostUnwritten + 1);
  driver.carry_out(std::move(many));
  intake.pipe_line("cpu_high vm1 cpu=97%");
  loop.turn();
  EXPECT_EQ(intake.queued(), 1u);
  store.slow = false;
  store.sync();
  loop.turn();
  EXPECT_EQ(intake.queued(), 0u);
}

TEST_F(IntakeTest, SaysByHandWhyItIsNoEvent) {
  const auto refused = intake.accept({"cpu_hihg", "vm1", {}, "tester", {}});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no event 'cpu_hihg' in this project"));
  EXPECT_TRUE(intake.accept({"cpu_high", "vm1", {{"cpu", "97%"}}, "tester", {}}));
}

}  // namespace
}  // namespace attune::main
