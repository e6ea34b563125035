// SPDX-License-Identifier: Apache-2.0
// The real attuned, and lab hosts that are really switched off and on: what is empty goes, and comes back
// when the reserve needs it.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/live/stream_daemon.h"

namespace attune::test {
namespace {

using ::testing::HasSubstr;
using workflow::EventAccepted;
using workflow::EventSuppressed;
using workflow::RunEnd;
using workflow::RunEnded;
using workflow::RunStarted;

constexpr char kSwitchWrapper[] =
    "<wrapper name='switch'>\n"
    "  <method name='power_off' key='Script' method='switch'><param value='$1.name'/></method>\n"
    "  <method name='power_on' key='Script' method='switch' timeout='2min'><param "
    "value='$1.name'/></method>\n"
    "</wrapper>\n";

// Only lab1: lab2 has nothing from the start, and the machine is to go there.
constexpr char kHostEmpty[] =
    "---\ntitle: host_empty\n---\nstateDiagram-v2\n  state needed <<choice>>\n  [*] --> needed\n"
    "  needed --> off : [event.host.spare and event.host == \"lab1\"]\n"
    "  needed --> [*] : [else]\n"
    "  off : event.host.power_off()\n  off --> [*]\n";

class LivePower : public StreamDaemonTest {
 protected:
  // The lab's hosts have a switch, at this machine: a host dies, and all that are dead come back.
  void start_with_switch(int reserve) {
    add_switch(fmt::format("    +power: String = \"switch\"\n    +reserve: Integer = {}\n", reserve),
               kSwitchWrapper,
               fmt::format("lab={}/lab/lab\ncase $1 in\n"
                           "  power_off) exec $lab kill --name {} \"$2\" ;;\n"
                           "  power_on) exec $lab up {} --name {} >/dev/null 2>&1 </dev/null ;;\nesac\n",
                           ATTUNE_SOURCE_ROOT, lab().name(), lab().hosts().size(), lab().name()));
    write("attune.info", "host { silence 2s }\n");
    start();
  }
  nlohmann::json host(const std::string& name) const {
    const auto answer = nlohmann::json::parse(daemon_.ask("GET", "/v1/hosts"));
    for (const auto& one : answer.at("hosts"))
      if (one.at("name") == name) return one;
    return {};
  }
  std::string state(const std::string& name) const { return host(name).at("state").get<std::string>(); }
  // As `attune call switch STUB HOST`: what came of it.
  std::string power(const std::string& stub, const std::string& name) const {
    const nlohmann::json call = {
        {"component", "switch"}, {"stub", stub}, {"arguments", {name}}, {"wait", true}};
    return daemon_.ask("POST", "/v1/calls", call.dump());
  }
  // Whether it was ever said that the host is down.
  bool was_down(const std::string& name) const {
    const auto all = daemon_.records();
    return std::any_of(all.begin(), all.end(), [&](const workflow::Record& record) {
      const auto* heard = std::get_if<EventSuppressed>(&record.what);
      const auto* answered = std::get_if<EventAccepted>(&record.what);
      return (heard != nullptr && heard->name == "host_down" && heard->component == name) ||
             (answered != nullptr && answered->name == "host_down" && answered->component == name);
    });
  }
};

TEST_F(LivePower, AHostThatIsLeftEmptyIsOffAndComesBack) {
  write("diagrams/host_empty.mmd", kHostEmpty);
  start_with_switch(0);
  ASSERT_EQ(who_has(), "lab1");
  migrate("lab2");
  daemon_.await<EventAccepted>(
      [](const EventAccepted& event) { return event.name == "host_empty" && event.component == "lab1"; });
  daemon_.await<RunStarted>([](const RunStarted& run) { return run.diagram == "host_empty"; });
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_TRUE(lab().is_dead("lab1"));
  EXPECT_EQ(state("lab1"), "off");
  EXPECT_EQ(host("lab1").at("off_by"), "switch.power_off");
  EXPECT_TRUE(guest_.answers());
  EXPECT_THAT(power("power_on", "lab1"), HasSubstr("\"done\""));
  EXPECT_EQ(state("lab1"), "up");
  EXPECT_TRUE(host("lab1").at("off_since").is_null());
  EXPECT_FALSE(was_down("lab1")) << "its silence is what was wanted";
  migrate("lab1");
  EXPECT_TRUE(eventually([this] { return shown() == "started on lab1"; })) << shown();
}

TEST_F(LivePower, TheReserveComesBackByItselfAlsoAfterTheManagerHasDied) {
  start_with_switch(1);
  ASSERT_EQ(who_has(), "lab1");
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("the reserve of 'lab' is 1"));
  daemon_.ask("POST", "/v1/hosts/lab2/maintenance");
  EXPECT_THAT(power("power_off", "lab2"), HasSubstr("\"done\""));
  EXPECT_TRUE(lab().is_dead("lab2"));
  const std::string since = host("lab2").at("off_since").get<std::string>();
  daemon_.crash();
  daemon_.start();
  EXPECT_EQ(state("lab2"), "off");
  EXPECT_EQ(host("lab2").at("off_since").get<std::string>(), since);
  daemon_.ask("DELETE", "/v1/hosts/lab2/maintenance");
  daemon_.await<RunStarted>([](const RunStarted& run) { return run.diagram == "power_on"; });
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_EQ(state("lab2"), "up");
  EXPECT_FALSE(was_down("lab2"));
  EXPECT_TRUE(guest_.answers());
}

}  // namespace
}  // namespace attune::test
