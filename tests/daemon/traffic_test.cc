// SPDX-License-Identifier: Apache-2.0
// The real daemon, and a sensor that tells each second of the same traffic.
#include <ctime>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kSensor[] =
    "#!/bin/sh\n"
    "# PIPE NAME: one machine, which heard of one address; no second is left out\n"
    "next=$(date +%s)\n"
    "while sleep 0.1; do\n"
    "  now=$(date +%s)\n"
    "  while [ \"$next\" -lt \"$now\" ]; do\n"
    "    echo \"traffic $2 period=$next seconds=1 vm=52:54:00:00:00:01 own=10.0.0.1 from=\\\"10.0.0.2 3 "
    "300\\\"\" > \"$1\"\n"
    "    echo \"traffic_period $2 period=$next seconds=1 vms=1 lines=1 via=ebpf\" > \"$1\"\n"
    "    next=$((next + 1))\n"
    "  done\n"
    "done\n";

constexpr char kWrapper[] =
    "<wrapper name='sensor'>\n"
    "  <event name='traffic'/>\n"
    "  <event name='traffic_period'/>\n"
    "  <method name='start' key='Probe' method='create'>\n"
    "    <param value='sensor'/><param value='$manager.pipe'/><param value='$this.srname'/>\n"
    "  </method>\n"
    "  <method name='stop' key='Probe' method='stop'/>\n"
    "</wrapper>\n";

class DaemonTrafficTest : public DaemonTest {
 protected:
  void draw_sensor() {
    write("sensor", kSensor);
    std::filesystem::permissions(dir_ / "project/sensor", std::filesystem::perms(0755));
    write("wrappers/sensor.xml", kWrapper);
    write("deployment.mmd", deployment(1, {},
                                       "  class sensor {\n"
                                       "    +host-family: String = \"machine\"\n"
                                       "    +wrapper: String = \"sensor.xml\"\n"
                                       "    +period: Duration = 1s\n"
                                       "  }\n"));
  }
};

std::time_t seconds_of(const std::string& time) {
  std::tm parts{};
  EXPECT_NE(::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts), nullptr);
  return ::timegm(&parts);
}

// The second that begins then, as a query.
std::string span_of(std::time_t begin) {
  return "from=" + std::to_string(begin) + "&to=" + std::to_string(begin + 1);
}

TEST_F(DaemonTrafficTest, AnswersWhoTalksWithWhomAlsoAfterARestart) {
  draw_sensor();
  daemon_.start();
  daemon_.await<workflow::RunEnded>();
  const json newest = json::parse(daemon_.ask("GET", "/v1/traffic?wait=60"));
  EXPECT_EQ(newest["matrices"][0]["seconds"], 1);
  EXPECT_EQ(newest["matrices"][0]["cells"],
            json::parse(R"([{"from":"10.0.0.2","to":"52:54:00:00:00:01","messages":3.0,"bytes":300.0}])"));
  const std::string from = newest["from"];
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
  daemon_.start();
  // The newest may be one of the seconds in which no manager knew of the sensor: one after the other is
  // awaited.
  std::time_t second = seconds_of(json::parse(daemon_.ask("GET", "/v1/traffic?wait=60"))["from"]);
  std::string csv;
  for (int tries = 0; tries < 10 && csv.find("10.0.0.2,") == csv.npos; ++tries, ++second)
    csv = daemon_.ask("GET", "/v1/traffic?wait=60&format=csv&" + span_of(second));
  EXPECT_THAT(csv, HasSubstr("10.0.0.2,52:54:00:00:00:01,3,300"));
  const json again = json::parse(daemon_.ask("GET", "/v1/traffic?" + span_of(seconds_of(from))));
  EXPECT_EQ(again["from"], from) << "what was counted before is kept";
}

TEST_F(DaemonTrafficTest, CountsSensorsLinesAsNoEvents) {
  draw_sensor();
  daemon_.start();
  daemon_.await<workflow::RunEnded>();
  daemon_.ask("GET", "/v1/traffic?wait=60");
  const json events = json::parse(daemon_.ask("GET", "/v1/events"));
  EXPECT_FALSE(events["by_name"].contains("traffic"));
  EXPECT_EQ(events["rejected"]["unknown-component"], 0);
}

TEST_F(DaemonTrafficTest, SaysThatThereIsNoSensor) {
  daemon_.start();
  const auto refused = daemon_.try_ask("GET", "/v1/traffic");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(refused.error().message, HasSubstr("the project has no traffic sensor"));
}

}  // namespace
}  // namespace attune::main
