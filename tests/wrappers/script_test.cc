// SPDX-License-Identifier: Apache-2.0
#include "wrappers/script.h"

#include "tests/wrappers/local_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::StartsWith;

class ScriptTest : public LocalTest {
 protected:
  ScriptTest() { id_ = small_.make("script", "lab1"); }
  workflow::Call made(const std::string& stub, const std::vector<std::string>& arguments = {}) {
    workflow::Call call = small_.call(id_, "Script", "run", arguments);
    call.stub = stub;
    return call;
  }
  std::string call(const std::string& stub, const std::vector<std::string>& arguments = {}) {
    return await(begin(script_, made(stub, arguments)));
  }

  Script script_{small_.world};
  system::ComponentId id_ = system::kNoComponent;
};

TEST_F(ScriptTest, GetsTheStubsNameAndItsArguments) {
  deployed("script1", "run", "echo \"[$1] [$2] [$3]\"\n");
  EXPECT_EQ(call("grant", {"app 1", "$x"}), "exited 0: [grant] [app 1] [$x]");
}

TEST_F(ScriptTest, RunsInItsDirectoryAndKnowsWhatItIsFor) {
  deployed("script1", "run",
           "echo \"$ATTUNE_COMPONENT $ATTUNE_PROJECT ${ATTUNE_RUN_DIRECTORY##*/} ${PWD##*/}\"\n");
  EXPECT_EQ(call("start"), "exited 0: script1 small script1 script1");
}

TEST_F(ScriptTest, FailsWithItsCodeAndItsLastWords) {
  deployed("script1", "run", "echo trying; echo 'no licence' >&2; exit 4\n");
  EXPECT_EQ(call("start"), "exited 4: run start on lab1 ended with code 4: no licence");
}

TEST_F(ScriptTest, HasToBeThere) {
  EXPECT_THAT(call("start"), ::testing::Not(StartsWith("exited 0")));
}

TEST_F(ScriptTest, StaysInsideItsDirectory) {
  workflow::Call call = made("start");
  call.operation = "../../bin/sh";
  EXPECT_EQ(await(begin(script_, call)),
            "exited 125: '../../bin/sh' is no file inside the component's directory");
}

TEST_F(ScriptTest, CanBeCancelled) {
  deployed("script1", "run", "echo runs > mark; exec sleep 1000\n");
  const auto going = begin(script_, made("start"));
  await_text("host/small/components/script1/mark", "runs");
  going->stop.request_stop();
  EXPECT_EQ(await(going), "cancelled");
}

TEST_F(ScriptTest, TimesOut) {
  deployed("script1", "run", "exec sleep 1000\n");
  workflow::Call call = made("start");
  call.timeout = std::chrono::milliseconds(50);
  EXPECT_EQ(await(begin(script_, call)), "timed-out");
}

TEST_F(ScriptTest, AdoptionAsksItsStatus) {
  deployed("script1", "run", "[ \"$1 $2\" = 'status script1' ]\n");
  EXPECT_EQ(adopted(script_, id_), "started");
  deployed("script1", "run", "exit 3\n");
  EXPECT_EQ(adopted(script_, id_), "stopped");
}

TEST_F(ScriptTest, AdoptionWithoutAStatusKeepsWhatWasKnown) {
  small_.project.wrappers["script"].stubs.pop_back();
  small_.set(id_, Lifecycle::kStarted);
  EXPECT_EQ(adopted(script_, id_), "started");
}

}  // namespace
}  // namespace attune::wrappers
