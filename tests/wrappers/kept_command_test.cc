// SPDX-License-Identifier: Apache-2.0
#include "wrappers/kept_command.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Duration kPause = std::chrono::seconds(5);

class KeptCommandTest : public ::testing::Test {
 protected:
  KeptCommandTest() {
    kept_.emplace(
        shell_, loop_, kPause, "the probe", [this] { return next(); },
        [this](const std::string& why) { failures_.push_back(why); });
  }
  ~KeptCommandTest() override {
    kept_.reset();
    loop_.turn();  // ends what it runs
  }
  Result<KeptCommand::Round> next() {
    if (host_.empty()) return fail(ErrorCode::kNotFound, "nowhere to run");
    return KeptCommand::Round{{.name = host_}, {}};
  }
  std::string last_host() const { return shell_.runs.back().host.name; }
  void stop() {
    start<int>(kept_->stop(), [this](int) { is_stopped_ = true; });
    loop_.turn();
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  std::string host_ = "lab1";
  std::vector<std::string> failures_;
  bool is_stopped_ = false;
  std::optional<KeptCommand> kept_;
};

TEST_F(KeptCommandTest, RunsAtOnce) {
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_EQ(last_host(), "lab1");
}

TEST_F(KeptCommandTest, IsStartedAgainAfterAPauseWhenItEnds) {
  shell_.end(0, 1, "killed\n");
  EXPECT_THAT(failures_, ElementsAre("the probe on lab1 ended with code 1: killed"));
  loop_.pass(kPause - std::chrono::milliseconds(1));
  EXPECT_THAT(shell_.runs, SizeIs(1));
  loop_.pass(std::chrono::milliseconds(1));
  EXPECT_THAT(shell_.runs, SizeIs(2));
}

TEST_F(KeptCommandTest, ShouldNotEndEvenWithoutAnError) {
  shell_.end(0, 0);
  EXPECT_THAT(failures_, ElementsAre("the probe on lab1 ended"));
}

TEST_F(KeptCommandTest, TellsWhyItsHostIsOutOfReach) {
  shell_.end(0, fail(ErrorCode::kUnreachable, "lab1: no route"));
  shell_.end(0, fail(ErrorCode::kUnreachable, "twice"));
  loop_.pass(kPause);
  shell_.end(1, ports::CommandEnd(ports::Lost{"lab1 fell silent"}));
  EXPECT_THAT(failures_, ElementsAre("lab1: no route", "lab1 fell silent"));
}

TEST_F(KeptCommandTest, ThatHasNowhereToRunIsTriedAgain) {
  host_.clear();
  shell_.end(0, 1);
  loop_.pass(kPause);
  EXPECT_THAT(failures_, ElementsAre("the probe on lab1 ended with code 1", "nowhere to run"));
  host_ = "lab2";
  loop_.pass(kPause);
  EXPECT_EQ(last_host(), "lab2");
}

TEST_F(KeptCommandTest, RestartMovesItAtOnceWithoutCallingThatAFailure) {
  host_ = "lab2";
  kept_->restart();
  loop_.turn();
  EXPECT_EQ(shell_.open(), 1u);
  EXPECT_EQ(last_host(), "lab2");
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(KeptCommandTest, RestartDuringThePauseEndsThePause) {
  shell_.end(0, 1);
  host_ = "lab2";
  kept_->restart();
  loop_.turn();
  EXPECT_EQ(last_host(), "lab2");
}

TEST_F(KeptCommandTest, StopIsDoneWhenNothingRunsAnyMore) {
  start<int>(kept_->stop(), [this](int) { is_stopped_ = true; });
  EXPECT_FALSE(is_stopped_);
  loop_.turn();
  EXPECT_TRUE(is_stopped_);
  EXPECT_EQ(shell_.open(), 0u);
  loop_.pass(kPause * 2);
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(failures_, IsEmpty());
}

TEST_F(KeptCommandTest, StopDuringThePauseEndsThePause) {
  shell_.end(0, 1);
  stop();
  EXPECT_TRUE(is_stopped_);
  loop_.pass(kPause * 2);
  EXPECT_THAT(shell_.runs, SizeIs(1));
}

TEST_F(KeptCommandTest, EndsWithItsOwner) {
  kept_.reset();
  loop_.turn();
  EXPECT_EQ(shell_.open(), 0u);
  loop_.pass(kPause * 2);
  EXPECT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(failures_, IsEmpty());
}

}  // namespace
}  // namespace attune::wrappers
