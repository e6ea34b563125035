// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/story.h"

#include <gtest/gtest.h>

#include "tests/journal/random_record.h"

namespace attune::main {
namespace {

class StoryTest : public testing::Test {
 protected:
  std::string tell(decltype(workflow::Record::what) what, int64_t at_ms = 0) {
    return story_.tell({++sequence_, WallTime(std::chrono::milliseconds(at_ms)), std::move(what)});
  }
  std::string tell_change(system::Change change, workflow::RunId run = 0, std::string by = "") {
    return tell(workflow::SystemChanged{run, std::move(change), std::move(by)});
  }
  Story story_;
  uint64_t sequence_ = 0;
};

TEST_F(StoryTest, TellsARunFromItsEventToItsEnd) {
  EXPECT_EQ(tell(workflow::EventAccepted{9, "cpu_high", "vm", "probe", {{"cpu", "97%"}}}),
            "event 9: cpu_high vm cpu=97% from probe");
  EXPECT_EQ(tell(workflow::RunStarted{7, 9, "cpu_high", "vm"}, 1000),
            "run 7: cpu_high of vm begins (event 9)");
  EXPECT_EQ(tell(workflow::RunWaits{7, "vm is in use by run 6"}), "run 7: waits: vm is in use by run 6");
  EXPECT_EQ(tell(workflow::StateEntered{7, "choose"}), "run 7: now in choose");
  EXPECT_EQ(tell(workflow::HostChosen{7, "target", "lab2", "load 3%, least of 2; lab1 refused: too full"}),
            "run 7: target = lab2 (load 3%, least of 2; lab1 refused: too full)");
  EXPECT_EQ(tell(workflow::GuardEvaluated{7, "found", "target != this.host", true,
                                          "target = lab2, this.host = lab1"}),
            "run 7: found [target != this.host] holds (target = lab2, this.host = lab1)");
  EXPECT_EQ(tell(workflow::GuardEvaluated{7, "found", "else", false, ""}),
            "run 7: found [else] does not hold");
  EXPECT_EQ(tell(workflow::VariableSet{7, "tries", "2"}), "run 7: tries = 2");
  EXPECT_EQ(tell(workflow::StateEntered{7, "[undo]"}), "run 7: puts back what it has changed");
  EXPECT_EQ(
      tell(workflow::CallIntent{{12, 7, 0, "vm", "migrate", "VM", "migrate", {"vm", "lab2"}, "lab1", {}}}),
      "run 7: calls vm.migrate(vm, lab2) on lab1");
  EXPECT_EQ(tell(workflow::CallEnded{12, 7, workflow::CallExited{}, std::chrono::microseconds(1'104'400)}),
            "run 7: vm.migrate worked (1104ms)");
  EXPECT_EQ(tell(workflow::RunEnded{7, workflow::RunEnd::kDone, ""}, 3500), "run 7: done after 2500ms");
}

TEST_F(StoryTest, TellsWhatAPersonLetsBegin) {
  EXPECT_EQ(tell(workflow::ModeSet{workflow::Mode::kRecommend, "", "attune (root)"}),
            "the mode of the project is recommend now, by attune (root)");
  EXPECT_EQ(tell(workflow::ModeSet{workflow::Mode::kPaused, "vm", "attune (root)"}),
            "the mode of vm is paused now, by attune (root)");
  EXPECT_EQ(tell(workflow::RunApproved{7, "attune (root)"}), "run 7: approved by attune (root)");
  EXPECT_EQ(tell(workflow::RunRenewed{7, "probe", {{"cpu", "99%"}}}),
            "run 7: answers what probe told since: cpu=99%");
}

TEST_F(StoryTest, TellsNoLengthOfACallThatALaterManagerFoundLost) {
  EXPECT_EQ(tell(workflow::CallEnded{12, 7, workflow::CallLost{"attuned ended"}, {}}),
            "run 7: call 12 is lost, it may have run: attuned ended");
}

TEST_F(StoryTest, TellsAHostsMemoryInMebibytes) {
  const std::string told = tell_change(system::HostChanged{
      .host = "lab1", .state = system::HostState::kUp, .memory = model::Size{24684084L << 10}});
  EXPECT_EQ(told, "host lab1 is up, 24105MiB");
}

TEST_F(StoryTest, TellsOfPricesAndCapacities) {
  EXPECT_EQ(tell_change(system::PropertyChanged{"north", "host_price", "0.5", {}}),
            "north: host_price is 0.5");
  EXPECT_EQ(tell_change(system::PropertyChanged{"north", "latency", "5ms", "south"}),
            "north to south: latency is 5ms");
}

TEST_F(StoryTest, TellsWhetherReactionsHelp) {
  EXPECT_EQ(tell(workflow::RunJudged{7, "cpu_high", "vm", true, "this.host.load = 12%"}),
            "run 7: has helped (this.host.load = 12%)");
  EXPECT_EQ(tell(workflow::RunJudged{7, "cpu_high", "vm", false, {}}), "run 7: has not helped");
  EXPECT_EQ(tell(workflow::ReactionSwitched{"cpu_high", "vm", false, "3 runs in a row did not help", {}}),
            "cpu_high of vm is switched off: 3 runs in a row did not help");
  EXPECT_EQ(tell(workflow::ReactionSwitched{"nightly", {}, true, {}, "attune (root)"}),
            "nightly is switched on, by attune (root)");
}

TEST_F(StoryTest, TellsHowCallsEnd) {
  const auto ended = [&](workflow::CallOutcome outcome) {
    return tell(workflow::CallEnded{12, 7, std::move(outcome), std::chrono::seconds(2)});
  };
  EXPECT_EQ(ended(workflow::CallExited{0, "it runs already", {}}),
            "run 7: call 12 worked: it runs already (2s)");
  EXPECT_EQ(ended(workflow::CallExited{1, "no image", {}}), "run 7: call 12 exited with 1: no image (2s)");
  EXPECT_EQ(ended(workflow::CallTimedOut{}), "run 7: call 12 timed out (2s)");
  EXPECT_EQ(ended(workflow::CallCancelled{}), "run 7: call 12 was cancelled (2s)");
  EXPECT_EQ(ended(workflow::CallLost{"the link broke"}),
            "run 7: call 12 is lost, it may have run: the link broke (2s)");
}

TEST_F(StoryTest, TellsChangesByTheNamesItHasLearnt) {
  EXPECT_EQ(tell_change(system::LifecycleChanged{0, system::Lifecycle::kStarted}), "component 0 is started");
  EXPECT_EQ(tell_change(system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent}), "vm is created");
  EXPECT_EQ(tell_change(system::ComponentCreated{1, "probe", "probe", 1, 0}), "probe is created in vm");
  EXPECT_EQ(tell_change(system::LifecycleChanged{0, system::Lifecycle::kStarted}, 7), "run 7: vm is started");
  EXPECT_EQ(tell_change(system::AttributeSet{0, "memory", model::Size{256 << 20}}, 0, "attune (root)"),
            "vm.memory = 256MiB, by attune (root)");
  EXPECT_EQ(tell_change(system::HostAssigned{0, "lab2"}), "vm is on lab2");
  EXPECT_EQ(tell_change(system::HostAssigned{0, ""}), "vm has no host any more");
  EXPECT_EQ(tell_change(system::Bound{0, "probe", 1}), "vm.probe has probe");
  EXPECT_EQ(tell_change(system::Unbound{0, "probe", 1}), "vm.probe has probe no more");
  EXPECT_EQ(
      tell_change(system::HostChanged{"lab1", system::HostState::kUp, 2, model::Size{1 << 30}, "10.0.0.1"}),
      "host lab1 is up, at 10.0.0.1, 2 cpus, 1GiB");
  EXPECT_EQ(tell_change(system::ComponentRemoved{1}), "probe is removed");
  story_.know(5, "app5");
  EXPECT_EQ(tell_change(system::ComponentRemoved{5}), "app5 is removed");
}

TEST_F(StoryTest, TellsAlertsSuppressionsAndTheManager) {
  EXPECT_EQ(tell(workflow::Alerted{7, "migration failed", "vm"}), "ALERT run 7: migration failed (vm)");
  EXPECT_EQ(tell(workflow::EventSuppressed{"cpu_high", "vm", "cooldown until 12:00:31", 3}),
            "cpu_high vm not answered: cooldown until 12:00:31 (3 times)");
  EXPECT_EQ(tell(workflow::ManagerStarted{"0.1.0"}), "attuned 0.1.0 has taken over the journal");
  EXPECT_EQ(tell(workflow::ManagerStopped{}), "attuned has ended");
  EXPECT_EQ(tell(workflow::RunEnded{3, workflow::RunEnd::kInterrupted, "the manager ended while it went on"}),
            "run 3: interrupted: the manager ended while it went on");
}

TEST_F(StoryTest, HasALineForEveryRecord) {
  journal::RandomRecord random(5);
  for (uint64_t i = 1; i <= 2000; ++i) EXPECT_FALSE(story_.tell(random.make(i)).empty());
}

TEST_F(StoryTest, IsAsLoudAsTheRecordMatters) {
  const auto level = [](decltype(workflow::Record::what) what) { return level_of({1, {}, std::move(what)}); };
  EXPECT_EQ(level(workflow::EventSuppressed{}), LogLevel::kDebug);
  EXPECT_EQ(level(workflow::EventSuppressed{"component_failed", "vm", "cooldown until 12:00:31"}),
            LogLevel::kDebug);
  for (const char* failure : {"component_failed", "vm_crashed", "host_down"})
    EXPECT_EQ(level(workflow::EventSuppressed{failure, "vm", std::string(workflow::kNobodyAnswers)}),
              LogLevel::kWarning);
  EXPECT_EQ(level(workflow::StateEntered{}), LogLevel::kInfo);
  EXPECT_EQ(level(workflow::Alerted{}), LogLevel::kWarning);
  EXPECT_EQ(level(workflow::RunEnded{1, workflow::RunEnd::kFailed, ""}), LogLevel::kWarning);
  EXPECT_EQ(level(workflow::RunEnded{1, workflow::RunEnd::kDone, ""}), LogLevel::kInfo);
  EXPECT_EQ(level(workflow::CallEnded{1, 1, workflow::CallLost{""}, {}}), LogLevel::kWarning);
}

}  // namespace
}  // namespace attune::main
