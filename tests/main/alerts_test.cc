// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/alerts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

class AlertsTest : public ::testing::Test {
 protected:
  void alert(const std::string& program, const std::string& text) {
    Alerts alerts(program, shell_, log_);
    alerts.look({1, {}, workflow::Alerted{7, text, "vm1"}});
  }
  test::HandLoop loop_;
  SilentLog log_;
  wrappers::HandShell shell_{loop_};
};

TEST_F(AlertsTest, GoToTheProgramWithTheComponent) {
  alert("/bin/tell", "too hot; $(reboot)");
  ASSERT_THAT(shell_.runs, SizeIs(1));
  EXPECT_THAT(shell_.runs[0].command.argv, ElementsAre("/bin/tell", "too hot; $(reboot)", "vm1"));
  EXPECT_EQ(shell_.runs[0].host.protocol, Protocol::kLocal);
  shell_.end(0, 0);
}

TEST_F(AlertsTest, SpeakToNoTerminal) {
  alert("/bin/tell", "\x1b[2Jhot\nBcc: all");
  EXPECT_THAT(shell_.runs[0].command.argv, ElementsAre("/bin/tell", "\\x1b[2Jhot\\x0aBcc: all", "vm1"));
  shell_.end(0, 0);
}

TEST_F(AlertsTest, GoNowhereWithoutAProgram) {
  alert("", "too hot");
  EXPECT_THAT(shell_.runs, SizeIs(0));
}

}  // namespace
}  // namespace attune::main
