// SPDX-License-Identifier: Apache-2.0
// The real attuned, real machines, and a fence that really switches lab hosts off: a machine whose host does
// not answer is had elsewhere once that host is off, and not before.
#include <fmt/format.h>

#include "tests/live/stream_daemon.h"

namespace attune::test {
namespace {

using workflow::Alerted;
using workflow::CallIntent;

constexpr char kSwitchWrapper[] =
    "<wrapper name='switch'>\n"
    "  <method name='fence' key='Script' method='switch'><param value='$1.name'/></method>\n"
    "</wrapper>\n";

class LiveFence : public StreamDaemonTest {
 protected:
  // The lab's hosts have a switch, at this machine; it gets the host's name as its second word.
  void start_with_switch(const std::string& script) {
    add_switch("    +fence: String = \"switch\"\n", kSwitchWrapper, script);
    // Long enough to ask all hosts, on a busy machine, before the fence is due.
    write("attune.info", "host { silence 2s }\nfence { delay 10s }\n");
    write("diagrams/host_down.mmd", kHostDown);
    start();
  }
  std::string switches_off() const {
    return fmt::format("exec {}/lab/lab kill --name {} \"$2\"\n", ATTUNE_SOURCE_ROOT, lab().name());
  }

  void expect_had_on_lab2() {
    daemon_.await<CallIntent>([](const CallIntent& intent) {
      return intent.call.component_name == "vm" && intent.call.stub == "start" && intent.call.host == "lab2";
    });
    EXPECT_TRUE(lab().is_dead("lab1")) << "a machine is had elsewhere once its host is off";
    EXPECT_TRUE(eventually([this] { return shown() == "started on lab2"; })) << shown();
    EXPECT_TRUE(has("lab2"));
    EXPECT_TRUE(eventually([this] { return guest_.answers(); }));
  }
};

TEST_F(LiveFence, AMachineIsHadElsewhereOnceItsDeadHostIsFenced) {
  start_with_switch(switches_off());
  lab().kill("lab1");
  expect_had_on_lab2();
}

TEST_F(LiveFence, AHostThatIsOnlyCutOffIsSwitchedOffBeforeItsMachineIsHadElsewhere) {
  start_with_switch(switches_off());
  lab().cut("lab1");
  EXPECT_EQ(daemon_.await<Alerted>().text, "it stays where it was");
  EXPECT_EQ(who_has(), "lab1");
  expect_had_on_lab2();
}

TEST_F(LiveFence, WhereTheFenceFailsTheMachineStaysAndAPersonIsAsked) {
  start_with_switch("echo 'no answer from the switch' >&2\nexit 1\n");
  lab().cut("lab1");
  EXPECT_THAT(daemon_.await<Alerted>([](const Alerted& alert) { return alert.run == 0; }).text,
              ::testing::AllOf(::testing::StartsWith("lab1 does not answer, and is not fenced: "),
                               ::testing::HasSubstr("no answer from the switch"),
                               ::testing::HasSubstr("attune off lab1")));
  EXPECT_EQ(who_has(), "lab1");
  EXPECT_EQ(shown(), "started on lab1");
  lab().join("lab1");
  EXPECT_TRUE(guest_.still_answers());
}

TEST_F(LiveFence, AHostThatAnswersAgainInTimeIsSpared) {
  start_with_switch(switches_off());
  lab().cut("lab1");
  EXPECT_EQ(daemon_.await<Alerted>().text, "it stays where it was");
  lab().join("lab1");
  daemon_.await<workflow::EventSuppressed>([](const auto& event) { return event.name == "host_up"; });
  EXPECT_FALSE(lab().is_dead("lab1"));
  EXPECT_EQ(shown(), "started on lab1");
  EXPECT_EQ(who_has(), "lab1");
  EXPECT_TRUE(guest_.still_answers());
}

}  // namespace
}  // namespace attune::test
