// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/alerts.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/small_manager.h"
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
  void look(const std::string& text) { alerts_.look({1, {}, workflow::Alerted{7, text, "vm1"}}); }

  test::HandLoop loop_;
  KeptLog log_;
  wrappers::HandShell shell_{loop_};
  Alerts alerts_{"/bin/tell", shell_, log_};
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

TEST_F(AlertsTest, OfAStormSomeAreToldAtOnceSomeWaitAndTheRestIsCounted) {
  Alerts alerts("/bin/tell", shell_, log_);
  const size_t all = Alerts::kAtOnce + Alerts::kWaiting + 3;
  for (size_t i = 0; i < all; ++i)
    alerts.look({i, {}, workflow::Alerted{7, fmt::format("hot {}", i), "vm1"}});
  EXPECT_THAT(shell_.runs, SizeIs(Alerts::kAtOnce));
  for (size_t i = 0; i < Alerts::kAtOnce + Alerts::kWaiting; ++i) shell_.end(i, 0), loop_.turn();
  ASSERT_THAT(shell_.runs, SizeIs(Alerts::kAtOnce + Alerts::kWaiting + 1));
  EXPECT_EQ(shell_.runs[Alerts::kAtOnce].command.argv[1], fmt::format("hot {}", Alerts::kAtOnce));
  EXPECT_THAT(shell_.runs.back().command.argv,
              ElementsAre("/bin/tell", "3 more alerts came at the same time: see attune log", ""));
  shell_.end(shell_.runs.size() - 1, 0);
}

TEST_F(AlertsTest, AProgramThatDoesNotDoItsWorkIsLogged) {
  const ports::CommandEnd ends[] = {ports::Exited{1, {}, {}}, ports::TimedOut{}, ports::Cancelled{}};
  for (const ports::CommandEnd& end : ends) {
    look("too hot");
    shell_.end(shell_.runs.size() - 1, end);
  }
  look("too hot");
  shell_.end(shell_.runs.size() - 1, fail(ErrorCode::kNotFound, "no such program"));
  constexpr char kDidNot[] = "alert.program /bin/tell did not tell of an alert: ";
  EXPECT_THAT(log_.lines,
              ElementsAre(std::string(kDidNot) + "it exited with 1",
                          std::string(kDidNot) + "it took longer than a minute",
                          std::string(kDidNot) + "it was ended", std::string(kDidNot) + "no such program"));
}

TEST_F(AlertsTest, OtherRecordsAreNoAlerts) {
  alerts_.look({1, {}, workflow::RunEnded{7, workflow::RunEnd::kFailed, "too hot"}});
  EXPECT_THAT(shell_.runs, SizeIs(0));
}

TEST_F(AlertsTest, AfterAStormTheyAreToldAsBefore) {
  for (size_t i = 0; i < Alerts::kAtOnce + Alerts::kWaiting + 1; ++i) look("hot");
  for (size_t i = 0; i < shell_.runs.size(); ++i) shell_.end(i, 0), loop_.turn();
  EXPECT_EQ(shell_.runs.back().command.argv[1], "1 more alert came at the same time: see attune log");
  look("hot again");
  EXPECT_EQ(shell_.runs.back().command.argv[1], "hot again");
  shell_.end(shell_.runs.size() - 1, 0);
  EXPECT_THAT(log_.lines, SizeIs(1)) << "that the program is not done with 72";
}

TEST_F(AlertsTest, AProgramThatOutlivesThemIsNoMatter) {
  alert("/bin/tell", "too hot");
  shell_.end(0, 1);
  EXPECT_THAT(log_.lines, SizeIs(0));
}

TEST_F(AlertsTest, GoNowhereWithoutAProgram) {
  alert("", "too hot");
  EXPECT_THAT(shell_.runs, SizeIs(0));
}

}  // namespace
}  // namespace attune::main
