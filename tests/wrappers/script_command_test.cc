// SPDX-License-Identifier: Apache-2.0
#include "wrappers/script_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"
#include "wrappers/host_load.h"
#include "wrappers/probe.h"
#include "wrappers/process.h"

namespace attune::wrappers {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(ScriptCommandTest, GivesTheScriptItsArgumentsAsTheyAre) {
  EXPECT_THAT(script_command("echo $1", {"a b", ""}).argv,
              ElementsAre("/bin/sh", "-c", "echo $1", "attune", "a b", ""));
}

// What hosts are asked for most often: each in the words that need no shell of its own there.
class OwnScriptTest : public ::testing::Test {
 protected:
  void expect_no_second_shell() {
    ASSERT_THAT(shell_.runs, SizeIs(1));
    std::vector<std::string> words = shell_.runs[0].command.argv;
    words.resize(4);
    EXPECT_THAT(words, ElementsAre("/bin/sh", "-c", _, "attune"));
  }
  void invoke(Implementation& implementation, const workflow::Call& call) {
    start<workflow::CallOutcome>(implementation.invoke(call, stop_.get_token()),
                                 [](const workflow::CallOutcome&) {});
    loop_.turn();
  }
  void end() {
    stop_.request_stop();
    loop_.turn();
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  system::ComponentId app_ = small_.make("app", "lab1");
  std::stop_source stop_;
};

TEST_F(OwnScriptTest, ForAProcessNeedsNoShellOfItsOwn) {
  Process process{small_.world};
  invoke(process, small_.call(app_, "Process", "status"));
  expect_no_second_shell();
  end();
}

TEST_F(OwnScriptTest, ForAProbeNeedsNoShellOfItsOwn) {
  const system::ComponentId probe = small_.make("probe", "");
  std::optional<Probe> probes{std::in_place, small_.world};
  invoke(*probes, small_.call(probe, "Probe", "create", {"cpu", "/dev/stdout", "app1", "80%", "1s"}));
  expect_no_second_shell();
  shell_.runs[0].command.on_line(Probe::kBegins);
  loop_.pass(std::chrono::seconds(1));  // it has settled
  probes.reset();
  loop_.turn();
}

TEST_F(OwnScriptTest, ForAHostsLoadNeedsNoShellOfItsOwn) {
  std::optional<HostLoad> load{std::in_place, small_.world, std::chrono::seconds(2),
                               [](std::string_view, model::Percent) {}};
  ASSERT_TRUE(load->watch(*small_.system.find_host("lab1")));
  expect_no_second_shell();
  load.reset();
  loop_.turn();
}

}  // namespace
}  // namespace attune::wrappers
