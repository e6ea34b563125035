// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/small_manager.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DriverTest : public ::testing::Test, protected SmallManager {
 protected:
  DriverTest() {
    vm.at_once = workflow::CallExited{};
    begin();
    vm.at_once.reset();
    vm.asked.clear();
  }
  void call(std::string stub = "status") {
    auto effects = engine.call("vm1", stub, {}, "tester", driver.now());
    ASSERT_TRUE(effects) << effects.error().message;
    driver.carry_out(std::move(*effects));
    loop.turn();
  }
};

TEST_F(DriverTest, StartsWhatTheProjectBeginsWith) {
  EXPECT_EQ(system.find("vm1")->lifecycle, system::Lifecycle::kStarted);
  EXPECT_EQ(system.find("vm2")->lifecycle, system::Lifecycle::kStarted);
  EXPECT_EQ(driver.written(), store.kept.back().sequence);
}

TEST_F(DriverTest, IssuesNoCallBeforeItsIntentIsOnDisk) {
  store.slow = true;
  call();
  EXPECT_THAT(store.all<workflow::CallIntent>().back().call.stub, "status");
  EXPECT_THAT(vm.asked, IsEmpty());
  store.sync();
  loop.turn();
  EXPECT_THAT(vm.asked, ElementsAre("vm1.status"));
}

TEST_F(DriverTest, CancelsACallThatIsNotIssuedYetAsSoonAsItIs) {
  store.slow = true;
  call();
  const workflow::RunId run = store.all<workflow::CallIntent>().back().call.run;
  auto effects = engine.cancel(run, "tester", driver.now());
  ASSERT_TRUE(effects);
  driver.carry_out(std::move(*effects));
  store.slow = false;
  store.sync();
  loop.turn();
  EXPECT_EQ(store.all<workflow::RunEnded>().back().end, workflow::RunEnd::kCancelled);
  EXPECT_TRUE(driver.dispatcher().is_idle());
}

TEST_F(DriverTest, RecordsTheOutcome) {
  call();
  const workflow::CallId id = store.all<workflow::CallIntent>().back().call.id;
  vm.end(id, workflow::CallExited{3, "not well", {}});
  const auto ended = store.all<workflow::CallEnded>().back();
  EXPECT_EQ(ended.call, id);
  EXPECT_EQ(std::get<workflow::CallExited>(ended.outcome).code, 3);
  EXPECT_EQ(store.all<workflow::RunEnded>().back().end, workflow::RunEnd::kFailed);
}

TEST_F(DriverTest, BooksACallWithItsOwnTimeWhereTheDiskLetItBeginLate) {
  store.slow = true;
  call();
  loop.pass(std::chrono::seconds(20));
  store.sync();
  loop.turn();
  loop.pass(std::chrono::seconds(1));
  vm.end(store.all<workflow::CallIntent>().back().call.id, workflow::CallExited{});
  EXPECT_EQ(store.all<workflow::CallEnded>().back().took, std::chrono::seconds(1));
}

TEST_F(DriverTest, CountsOnFromWhatTheJournalHad) {
  store.slow = true;
  driver.go_on_from(99);
  EXPECT_EQ(driver.written(), 99u);
}

TEST_F(DriverTest, TellsWhenWhatWasAskedIsOnDisk) {
  store.slow = true;
  bool told = false;
  driver.carry_out(
      *engine.change(system::AttributeSet{0, "memory", model::Size{1 << 30}}, "tester", driver.now()),
      [&](const Result<void>& durable) { told = durable.has_value(); });
  EXPECT_FALSE(told);
  store.sync();
  EXPECT_TRUE(told);
}

TEST_F(DriverTest, WaitsForTheDiskOnlyWhereSomethingFollows) {
  const auto send = [this](Driver::Durable durable = {}) {
    auto effects =
        engine.accept({"cpu_high", "vm1", {{"cpu", "97%"}}, "tester", driver.now().steady}, driver.now());
    ASSERT_TRUE(effects) << effects.error().message;
    ASSERT_TRUE(std::holds_alternative<workflow::EventSuppressed>(effects->records.at(0).what));
    driver.carry_out(std::move(*effects), std::move(durable));
  };
  send();  // no diagram answers it, and nobody asked
  EXPECT_EQ(store.noted, 1U);
  loop.pass(std::chrono::hours(1));
  send([](const Result<void>&) {});
  EXPECT_EQ(store.noted, 1U);
  call();
  EXPECT_EQ(store.noted, 1U);
}

TEST_F(DriverTest, IssuesNothingAfterTheJournalRefused) {
  std::vector<std::string> broken;
  driver.on_broken([&](const Error& error) { broken.push_back(error.message); });
  store.slow = true;
  call();
  store.sync(fail(ErrorCode::kFailed, "the disk died"));
  loop.turn();
  EXPECT_THAT(vm.asked, IsEmpty());
  EXPECT_THAT(broken, ElementsAre("the disk died"));
  Result<void> later;
  driver.carry_out(*engine.call("vm2", "status", {}, "tester", driver.now()),
                   [&](Result<void> end) { later = std::move(end); });
  EXPECT_FALSE(later);
  EXPECT_THAT(store.waiting, IsEmpty());
}

TEST_F(DriverTest, CancelsWithoutWaitingForTheDisk) {
  call();
  const auto run = store.all<workflow::RunStarted>().back().run;
  store.slow = true;
  driver.carry_out(*engine.cancel(run, "tester", driver.now()));
  store.sync();
  EXPECT_THAT(store.all<workflow::CallEnded>().back().outcome,
              ::testing::VariantWith<workflow::CallCancelled>(::testing::_));
}

TEST_F(DriverTest, WhatEndsWithinItsCancellingIsWrittenAfterWhatCancelledIt) {
  call();  // is under way
  call();  // waits for its turn, so that its end is a record beside the other's cancelling
  driver.carry_out(engine.wind_up("the end", driver.now()));
  loop.turn();
  for (size_t i = 1; i < store.kept.size(); ++i)
    EXPECT_EQ(store.kept[i].sequence, store.kept[i - 1].sequence + 1);
  EXPECT_EQ(store.all<workflow::RunEnded>().back().end, workflow::RunEnd::kCancelled);
}

TEST_F(DriverTest, GivesTheEngineItsTime) {
  call();
  loop.pass(std::chrono::seconds(61));  // the stub's timeout
  EXPECT_THAT(store.all<workflow::CallEnded>().back().outcome,
              ::testing::VariantWith<workflow::CallTimedOut>(::testing::_));
}

TEST_F(DriverTest, LetsOthersLookOn) {
  std::vector<size_t> decided, durable;
  driver.on_decided([&](const workflow::Record& record) { decided.push_back(record.what.index()); });
  driver.on_durable([&](const workflow::Record& record) { durable.push_back(record.what.index()); });
  store.slow = true;
  call();
  EXPECT_FALSE(decided.empty());
  store.sync();
  loop.turn();
  EXPECT_THAT(durable, IsEmpty());
  vm.end(store.all<workflow::CallIntent>().back().call.id, workflow::CallExited{});
  EXPECT_THAT(durable, IsEmpty());
  store.sync();
  EXPECT_THAT(durable, SizeIs(2));  // the call's end and the run's
}

TEST_F(DriverTest, AfterCloseNothingFollows) {
  call();
  driver.close();
  const size_t before = store.kept.size();
  vm.end(store.all<workflow::CallIntent>().back().call.id, workflow::CallExited{});
  loop.pass(std::chrono::hours(1));
  EXPECT_EQ(store.kept.size(), before);
}

TEST_F(DriverTest, SaysThatItIsBehindAndWhenItHasCaughtUp) {
  store.slow = true;
  int caught_up = 0;
  driver.on_caught_up([&] { ++caught_up; });
  workflow::Effects many;
  many.records.resize(Driver::kMostUnwritten + 1);
  driver.carry_out(std::move(many));
  EXPECT_TRUE(driver.is_behind());
  store.sync();
  EXPECT_FALSE(driver.is_behind());
  EXPECT_EQ(caught_up, 1);
}

// What is counted of an event that nobody answers is told by the clock.
class DriverClockTest : public DriverTest {
 protected:
  DriverClockTest() {
    for (int i = 0; i < 2; ++i)
      driver.carry_out(engine.accept({"cpu_high", "vm1", {}, {}, {}}, driver.now()).value());
  }
  size_t told() const { return store.all<workflow::EventSuppressed>().size(); }
};

TEST_F(DriverClockTest, TheEngineGetsNoTimeWhileTooMuchWaitsForTheDisk) {
  store.slow = true;
  workflow::Effects many;
  many.records.resize(Driver::kMostUnwritten + 1);
  driver.carry_out(std::move(many));
  loop.pass(std::chrono::hours(1));
  EXPECT_EQ(told(), 1u);
  store.sync();
  loop.turn();
  loop.pass(std::chrono::seconds(1));
  EXPECT_EQ(told(), 2u);
}

TEST_F(DriverClockTest, TheEngineGetsNoTimeWhileItIsHeld) {
  driver.hold(true);
  loop.pass(std::chrono::hours(1));
  EXPECT_EQ(told(), 1u);
  driver.hold(false);
  loop.pass(std::chrono::seconds(1));
  EXPECT_EQ(told(), 2u);
}

}  // namespace
}  // namespace attune::main
