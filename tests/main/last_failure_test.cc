// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/last_failure.h"

#include <gtest/gtest.h>

namespace attune::main {
namespace {

using workflow::RunEnd;
using workflow::RunId;

class LastFailureTest : public ::testing::Test {
 protected:
  void run(const std::string& diagram, const std::string& subject, RunEnd end, const std::string& why = {}) {
    last_.look({0, {}, workflow::RunStarted{++run_, 1, diagram, subject}});
    last_.look({0, {}, workflow::RunEnded{run_, end, why}});
  }

  RunId run_ = 0;
  LastFailure last_;
};

TEST_F(LastFailureTest, IsToldUntilTheSameRunsWell) {
  run("start", "", RunEnd::kFailed, "web.start timed out");
  EXPECT_EQ(last_.text(), "run 1 (start) failed: web.start timed out");
  run("grow", "web1", RunEnd::kDone);
  run("start", "", RunEnd::kCancelled);
  EXPECT_EQ(last_.text(), "run 1 (start) failed: web.start timed out");
  run("start", "", RunEnd::kDone);
  EXPECT_EQ(last_.text(), "");
}

TEST_F(LastFailureTest, IsThatOfTheNewestRunThatFailed) {
  run("start", "", RunEnd::kFailed, "web.start timed out");
  run("repair", "web2", RunEnd::kFailed);
  EXPECT_EQ(last_.text(), "run 2 (repair of web2) failed");
  run("repair", "web1", RunEnd::kDone);
  EXPECT_EQ(last_.text(), "run 2 (repair of web2) failed");
}

}  // namespace
}  // namespace attune::main
