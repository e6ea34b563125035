// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/progress.h"

#include <gtest/gtest.h>

namespace attune::deploy {
namespace {

class HandClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall() const override { return {}; }
  void turn(Duration by) { now_ += by; }

 private:
  Instant now_;
};

class ProgressTest : public testing::Test {
 protected:
  Progress in(Progress::Style style) {
    return {[this](std::string_view text) { shown_ += text; }, style, clock_};
  }
  std::string shown() { return std::exchange(shown_, {}); }

  HandClock clock_;
  std::string shown_;
};

TEST_F(ProgressTest, IsAPlainLineForEachThatEndsElsewhere) {
  Progress progress = in(Progress::Style::kPlain);
  progress.add("lab1", "app1");
  progress.add("lab2", "app2");
  progress.advance("lab1", "app1", {DeployProgress::Stage::kSending, 512, 1024});
  EXPECT_EQ(shown(), "");
  progress.end("lab1", "app1", Deployed{"/x", false, 1024});
  EXPECT_EQ(shown(), "host lab1: app1 deployed, 1.0 KiB sent\n");
  progress.end("lab2", "app2", fail(ErrorCode::kNoSpace, "host lab2: no space"));
  EXPECT_EQ(shown(), "app2: host lab2: no space\n");
  progress.finish();
  EXPECT_EQ(shown(), "deploying: 2 of 2 hosts done, 1.0 KiB of 1.0 KiB, 1 failed\n");
  EXPECT_EQ(progress.failures(), 1U);
}

TEST_F(ProgressTest, IsOneLineDrawnAgainOnATerminal) {
  Progress progress = in(Progress::Style::kTerminal);
  progress.add("lab1", "app1");
  progress.add("lab1", "app2");
  progress.advance("lab1", "app1", {DeployProgress::Stage::kSending, 0, 2048});
  EXPECT_EQ(shown(), "\r\x1b[Kdeploying: 0 of 1 hosts done, 0 B of 2.0 KiB");
  progress.end("lab1", "app1", Deployed{});
  EXPECT_EQ(shown(), "\r\x1b[Kdeploying: 0 of 1 hosts done, 2.0 KiB of 2.0 KiB");
  progress.end("lab1", "app2", fail(ErrorCode::kNoSpace, "no space"));
  EXPECT_EQ(shown(),
            "\r\x1b[Kapp2: no space\n\r\x1b[Kdeploying: 1 of 1 hosts done, 2.0 KiB of 2.0 KiB, 1 failed");
  progress.finish();
  EXPECT_EQ(shown(), "\n");
}

TEST_F(ProgressTest, LeavesFailuresToWhoTellsThemAlready) {
  Progress progress = in(Progress::Style::kLineOnly);
  progress.add("lab1", "app1");
  progress.end("lab1", "app1", fail(ErrorCode::kNoSpace, "no space"));
  EXPECT_EQ(shown(), "\r\x1b[Kdeploying: 1 of 1 hosts done, 1 failed");
}

TEST_F(ProgressTest, IsNotDrawnTooOften) {
  Progress progress = in(Progress::Style::kTerminal);
  progress.add("lab1", "app1");
  progress.advance("lab1", "app1", {DeployProgress::Stage::kSending, 1, 9});
  shown();
  progress.advance("lab1", "app1", {DeployProgress::Stage::kSending, 2, 9});
  EXPECT_EQ(shown(), "");
  clock_.turn(std::chrono::milliseconds(100));
  progress.advance("lab1", "app1", {DeployProgress::Stage::kSending, 3, 9});
  EXPECT_EQ(shown(), "\r\x1b[Kdeploying: 0 of 1 hosts done, 3 B of 9 B");
}

TEST_F(ProgressTest, LetsNoHostSpeakToTheTerminal) {
  Progress progress = in(Progress::Style::kPlain);
  progress.end("lab1", "app1", fail(ErrorCode::kFailed, "host lab1: \x1b[2Jgone"));
  EXPECT_EQ(shown(), "app1: host lab1: \\x1b[2Jgone\n");
}

}  // namespace
}  // namespace attune::deploy
