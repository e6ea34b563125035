// SPDX-License-Identifier: Apache-2.0
#include "wrappers/outcome.h"

#include <gtest/gtest.h>

#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

std::string told(const Result<ports::CommandEnd>& end) {
  return shown(outcome_of(end, "app1.start on lab1"));
}

TEST(Outcome, OfSuccessIsWhatWasSaidLast) {
  EXPECT_EQ(told(ports::CommandEnd(ports::Exited{0, "", ""})), "exited 0");
  EXPECT_EQ(told(ports::CommandEnd(ports::Exited{0, "one\ntwo\n\n", ""})), "exited 0: two");
}

TEST(Outcome, OfFailureSaysWhatWhereAndWhy) {
  EXPECT_EQ(told(ports::CommandEnd(ports::Exited{3, "out\n", "warning\nno such file\n"})),
            "exited 3: app1.start on lab1 ended with code 3: no such file");
  EXPECT_EQ(told(ports::CommandEnd(ports::Exited{3, "out\n", ""})),
            "exited 3: app1.start on lab1 ended with code 3: out");
  EXPECT_EQ(told(ports::CommandEnd(ports::Exited{137, "", ""})),
            "exited 137: app1.start on lab1 ended with code 137");
}

TEST(Outcome, OfWhatMayNotBeRunHints) {
  EXPECT_EQ(
      told(ports::CommandEnd(ports::Exited{126, "", "sh: 1: exec: ./run: Permission denied\n"})),
      "exited 126: app1.start on lab1 ended with code 126: sh: 1: exec: ./run: Permission denied; is it "
      "executable, and its file system not mounted noexec?");
}

TEST(Outcome, OfWhatNeverRanIsItsError) {
  EXPECT_EQ(told(fail(ErrorCode::kUnreachable, "lab1: no route")), "exited 125: lab1: no route");
}

TEST(Outcome, OfWhatWasLostCancelledOrTimedOutStaysThat) {
  EXPECT_EQ(told(ports::CommandEnd(ports::Lost{"lab1 fell silent"})), "lost: lab1 fell silent");
  EXPECT_EQ(told(ports::CommandEnd(ports::Cancelled{})), "cancelled");
  EXPECT_EQ(told(ports::CommandEnd(ports::TimedOut{})), "timed-out");
}

}  // namespace
}  // namespace attune::wrappers
