// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/sensor_line.h"

#include <gmock/gmock.h>

namespace attune::traffic {
namespace {

using testing::HasSubstr;

tl::expected<SensorLine, events::Rejection> read(std::string_view line) {
  return read_sensor_line(*events::parse_event_line(line));
}

std::string fault_of(std::string_view line) {
  const auto read_line = read(line);
  return read_line ? "" : read_line.error().why;
}

TEST(SensorLineTest, ReadsWhatReachedAMachine) {
  const auto line = read(
      "traffic s1 period=1764442800 seconds=30 vm=52:54:00:aa:bb:01 own=\"10.0.0.1 FE80::1\" "
      "from=\"10.0.0.2 120 98000;52:54:00:aa:bb:09 4 240\" rest=\"12 40 3000\" to=\"10.0.0.200 9 9000\" "
      "part=true");
  ASSERT_TRUE(line) << line.error().why;
  const auto& traffic = std::get<TrafficLine>(*line);
  EXPECT_EQ(traffic.sensor, "s1");
  EXPECT_EQ(traffic.period, (Period{1764442800, 30}));
  const InterfaceCount expected{"52:54:00:aa:bb:01",
                                {"10.0.0.1", "fe80::1"},
                                {{"10.0.0.2", 120, 98000}, {"52:54:00:aa:bb:09", 4, 240}},
                                {{"10.0.0.200", 9, 9000}},
                                {12, 40, 3000},
                                true};
  EXPECT_EQ(traffic.count, expected);
}

TEST(SensorLineTest, ReadsTheEndOfAReport) {
  const auto line = read("traffic_period s1 period=60 seconds=30 vms=2 lines=3 via=ring lost=4");
  ASSERT_TRUE(line) << line.error().why;
  EXPECT_EQ(std::get<PeriodLine>(*line), (PeriodLine{"s1", {60, 30}, 2, 3, Via::kRing, 4, false}));
}

TEST(SensorLineTest, WhatIsWrittenReadsTheSame) {
  for (const std::string line :
       {"traffic s1 period=60 seconds=30 vm=52:54:00:aa:bb:01 own=\"10.0.0.1\" from=\"10.0.0.2 1 2\"",
        "traffic_period s1 period=60 seconds=30 vms=0 lines=0 via=ebpf part=true"})
    EXPECT_EQ(to_line(*read(line)), line);
}

TEST(SensorLineTest, SaysWhichKeyIsWrong) {
  const std::string whole = "traffic s1 period=60 seconds=30 vm=52:54:00:aa:bb:01 ";
  EXPECT_THAT(fault_of("traffic s1 seconds=30 vm=52:54:00:aa:bb:01"), HasSubstr("period="));
  EXPECT_THAT(fault_of("traffic s1 period=61 seconds=30 vm=52:54:00:aa:bb:01"),
              HasSubstr("a multiple of 30"));
  EXPECT_THAT(fault_of("traffic s1 period=60 seconds=0 vm=52:54:00:aa:bb:01"), HasSubstr("seconds=0"));
  EXPECT_THAT(fault_of("traffic s1 period=60 seconds=30 vm=52:54:00:AA:bb:01"), HasSubstr("vm=52:54:00:AA"));
  EXPECT_THAT(fault_of(whole + "own=\"10.0.0.256\""), HasSubstr("own=10.0.0.256"));
  EXPECT_THAT(fault_of(whole + "from=\"10.0.0.2 1 2;10.0.0.3 1\""), HasSubstr("from=10.0.0.3 1:"));
  EXPECT_THAT(fault_of(whole + "from=\"10.0.0.2 1 -2\""), HasSubstr("from="));
  EXPECT_THAT(fault_of(whole + "rest=\"1 2\""), HasSubstr("rest=1 2"));
  EXPECT_THAT(fault_of(whole + "part=yes"), HasSubstr("part=yes"));
  EXPECT_THAT(fault_of("traffic_period s1 period=60 seconds=30 vms=2 lines=1 via=ebpf"),
              HasSubstr("lines=1"));
  EXPECT_THAT(fault_of("traffic_period s1 period=60 seconds=30 vms=1 lines=1 via=tap"), HasSubstr("via=tap"));
  EXPECT_THAT(fault_of("traffic - period=60 seconds=30"), HasSubstr("sensor's name"));
  EXPECT_THAT(fault_of("cpu_high s1"), HasSubstr("cpu_high"));
}

TEST(SensorLineTest, TakesNoNumberWhoseSumsWouldNotBeExact) {
  EXPECT_THAT(
      fault_of("traffic s1 period=60 seconds=30 vm=52:54:00:aa:bb:01 from=\"10.0.0.2 1 1000000000000001\""),
      HasSubstr("from="));
}

}  // namespace
}  // namespace attune::traffic
