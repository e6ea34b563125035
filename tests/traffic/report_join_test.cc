// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/report_join.h"

#include <gmock/gmock.h>

#include "tests/traffic/reports.h"

namespace attune::traffic {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReportJoinTest : public testing::Test {
 protected:
  std::optional<Report> feed(const std::string& line) {
    return join_.add(*read_sensor_line(*events::parse_event_line(line)));
  }
  std::optional<Report> traffic(int machine, const std::string& from, int64_t start = 60) {
    return feed("traffic s1 period=" + std::to_string(start) + " seconds=30 vm=" + mac_of(machine) +
                " from=\"" + from + "\"");
  }
  std::optional<Report> end(int vms, int lines, int64_t start = 60) {
    return feed("traffic_period s1 period=" + std::to_string(start) +
                " seconds=30 vms=" + std::to_string(vms) + " lines=" + std::to_string(lines) + " via=ebpf");
  }

  ReportJoin join_;
};

TEST_F(ReportJoinTest, JoinsTheLinesOfAReport) {
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10"));
  EXPECT_FALSE(traffic(1, "10.0.0.3 2 20"));
  const auto report = end(1, 2);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->counts.size(), 1u);
  EXPECT_THAT(report->counts[0].from, ElementsAre(Peer{"10.0.0.2", 1, 10}, Peer{"10.0.0.3", 2, 20}));
  EXPECT_EQ(join_.size(), 0u);
}

TEST_F(ReportJoinTest, AReportWithoutMachinesIsWhole) {
  EXPECT_TRUE(end(0, 0));
}

TEST_F(ReportJoinTest, TheEndMayComeFirst) {
  EXPECT_FALSE(end(2, 2));
  EXPECT_FALSE(traffic(2, "10.0.0.1 1 10"));
  EXPECT_TRUE(traffic(1, "10.0.0.2 1 10"));
}

TEST_F(ReportJoinTest, AReportThatBeginsAgainCountsEachLineOnce) {
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10"));
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10"));
  EXPECT_FALSE(traffic(2, "10.0.0.1 1 10"));
  const auto report = end(2, 2);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->counts[0].from[0].messages, 1u);
}

TEST_F(ReportJoinTest, OfASensorThatEndedBeforeItHadToldAllOnlyTheNewOneCounts) {
  EXPECT_FALSE(traffic(1, "10.0.0.2 7 70"));
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10"));
  const auto report = end(1, 1);
  ASSERT_TRUE(report);
  EXPECT_EQ(report->counts[0].from[0].messages, 1u);
}

TEST_F(ReportJoinTest, WhatIsNeverWholeGivesWayAndIsTold) {
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10", 30));
  EXPECT_FALSE(end(1, 2, 30));
  for (int64_t start = 60; start < 60 + 8 * 30; start += 30) EXPECT_FALSE(traffic(1, "10.0.0.2 1 10", start));
  EXPECT_THAT(join_.take_problems(),
              ElementsAre(HasSubstr("sensor 's1', period 30: given up after 1 of 2 lines")));
}

TEST_F(ReportJoinTest, MachinesThatAreNotThoseOfItsEndMakeNoReport) {
  EXPECT_FALSE(traffic(1, "10.0.0.2 1 10"));
  EXPECT_FALSE(traffic(1, "10.0.0.3 1 10"));
  EXPECT_FALSE(end(2, 2));
  EXPECT_THAT(join_.take_problems(), ElementsAre(HasSubstr("vms=2")));
  EXPECT_EQ(join_.size(), 0u);
}

TEST_F(ReportJoinTest, HoldsNoMoreThanItsLimit) {
  join_ = ReportJoin(JoinLimits{.size = 5});
  for (int64_t start = 30; start < 300; start += 30) EXPECT_FALSE(traffic(1, "10.0.0.2 1 10", start));
  EXPECT_LE(join_.size(), 5u);
  EXPECT_THAT(join_.take_problems(), testing::Not(IsEmpty()));
}

TEST(ReportTest, WrittenInLinesItReadsTheSame) {
  InterfaceCount large = count_of(1);
  for (int i = 0; i < 1000; ++i)
    large.from.push_back({"10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250), 5, 500});
  large.rest = {3, 4, 5};
  const Report report = report_of("s1", 0, {large, count_of(2, {{1, 4}})});
  const std::string lines = to_lines(report);
  for (size_t at = 0; at < lines.size();) {
    const size_t end = lines.find('\n', at) + 1;
    EXPECT_LE(end - at, events::kMaxLine);
    at = end;
  }
  const auto again = parse_report(lines);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, report);
}

TEST(ReportTest, CutAnywhereItIsNoReport) {
  const std::string lines = to_lines(report_of("s1", 0, {count_of(1, {{2, 3}}), count_of(2)}));
  for (size_t length = 0; length < lines.size(); ++length)
    EXPECT_FALSE(parse_report(lines.substr(0, length))) << length;
}

}  // namespace
}  // namespace attune::traffic
