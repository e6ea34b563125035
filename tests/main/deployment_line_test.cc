// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/deployment_line.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"

namespace attune::main {
namespace {

using ::testing::EndsWith;
using ::testing::IsEmpty;

class DeploymentLineTest : public ::testing::Test {
 protected:
  void begin(const std::string& component) { told_.begins("lab1", component); }
  void advance(const std::string& component, uint64_t sent, uint64_t total) {
    told_.advances("lab1", component, {deploy::DeployProgress::Stage::kSending, sent, total});
  }
  void end(const std::string& component) { told_.ended("lab1", component, deploy::Deployed{}); }
  // What was written since it was last asked.
  std::string shown() { return std::exchange(shown_, {}); }

  std::string shown_;
  test::HandLoop loop_;
  DeploymentLine line_{[this](std::string_view text) { shown_ += text; }, loop_, loop_};
  wrappers::Software::Onlooker told_ = line_.onlooker();
};

TEST_F(DeploymentLineTest, ShowsHowFarAllOfThemAre) {
  begin("app1");
  begin("app2");
  advance("app1", 512 * 1024, 1024 * 1024);
  EXPECT_THAT(shown(), EndsWith("deploying: 0 of 1 hosts done, 512.0 KiB of 1.0 MiB"));
  end("app1");
  EXPECT_THAT(shown(), EndsWith("0 of 1 hosts done, 1.0 MiB of 1.0 MiB"));
  end("app2");
  EXPECT_THAT(shown(), EndsWith("1 of 1 hosts done, 1.0 MiB of 1.0 MiB"));
}

TEST_F(DeploymentLineTest, SaysHowManyFailed) {
  begin("app1");
  told_.ended("lab1", "app1", fail(ErrorCode::kUnreachable, "no answer"));
  EXPECT_THAT(shown(), EndsWith("1 of 1 hosts done, 1 failed"));
}

TEST_F(DeploymentLineTest, IsOverWhenNothingHasBegunForAWhile) {
  begin("app1");
  end("app1");
  shown();
  loop_.pass(DeploymentLine::kPause);
  EXPECT_EQ(shown(), "\n");
  begin("app2");
  end("app2");
  EXPECT_THAT(shown(), EndsWith("1 of 1 hosts done")) << "another affair, counted anew";
}

TEST_F(DeploymentLineTest, GoesOnWithWhatBeginsSoon) {
  begin("app1");
  end("app1");
  loop_.pass(DeploymentLine::kPause / 2);
  told_.begins("lab2", "app2");
  loop_.pass(DeploymentLine::kPause);
  shown();
  told_.ended("lab2", "app2", deploy::Deployed{});
  EXPECT_THAT(shown(), EndsWith("2 of 2 hosts done"));
}

TEST_F(DeploymentLineTest, PassesOverWhatItWasNotToldOfTheBeginning) {
  advance("app1", 1, 2);
  end("app1");
  loop_.pass(DeploymentLine::kPause);
  EXPECT_THAT(shown(), IsEmpty());
}

}  // namespace
}  // namespace attune::main
