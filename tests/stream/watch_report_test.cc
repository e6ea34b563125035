// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/watch_report.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace attune::stream {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

constexpr Instant kStart{10s};

WatchReport whole_stream() {
  WatchReport report;
  report.begun = kStart;
  report.tally.bytes_total = 1000;
  return report;
}

TEST(Arrivals, LongestSilenceIsKeptWithItsBegin) {
  Arrivals arrivals;
  for (const auto at : {0ms, 10ms, 60ms, 80ms}) arrivals.note(kStart + at);
  EXPECT_EQ(arrivals.longest(), 50ms);
  EXPECT_EQ(arrivals.longest_since(), kStart + 10ms);
}

TEST(Arrivals, SilenceBeforeTheFirstDoesNotCountButAfterTheLastItDoes) {
  Arrivals arrivals;
  arrivals.finish(kStart);
  EXPECT_EQ(arrivals.longest(), 0ms);
  arrivals.note(kStart);
  arrivals.finish(kStart + 3s);
  EXPECT_EQ(arrivals.longest(), 3s);
}

TEST(WatchReport, SampleIsFoundByItsMoment) {
  WatchReport report = whole_stream();
  report.sample_at(kStart + 10ms).bytes += 5;
  report.sample_at(kStart + 49ms).bytes += 5;
  report.sample_at(kStart + 160ms).bytes = 7;
  ASSERT_EQ(report.samples.size(), 4u);
  EXPECT_EQ(report.samples[0].bytes, 10u);
  EXPECT_EQ(report.samples[1].bytes, 0u);
  EXPECT_EQ(report.samples[3].bytes, 7u);
}

TEST(WatchReport, OnlyAWholeStreamOverOneConnectionIsClean) {
  EXPECT_TRUE(whole_stream().is_clean());
  EXPECT_FALSE(WatchReport().is_clean()) << "nothing came";
  for (auto fault : {&Tally::bytes_lost, &Tally::connections_lost, &Tally::restarts}) {
    WatchReport report = whole_stream();
    report.tally.*fault = 1;
    EXPECT_FALSE(report.is_clean());
  }
}

TEST(WatchReport, JsonHasTheFiguresInMilliseconds) {
  WatchReport report = whole_stream();
  report.stream.note(kStart);
  report.stream.note(kStart + 1500us);
  report.sample_at(kStart + 60ms) = {.bytes = 9, .pings_answered = 1, .slowest_ping = 250us};
  const Json json = Json::parse(to_json(report));
  EXPECT_EQ(json["stream_gap_max_ms"], 1.5);
  EXPECT_EQ(json["stream_gap_max_at_ms"], 0.0);
  EXPECT_EQ(json["ping_gap_max_ms"], 0.0);
  EXPECT_TRUE(json["ping_gap_max_at_ms"].is_null());
  EXPECT_EQ(json["bytes_total"], 1000);
  EXPECT_EQ(json["tcp_connections_lost"], 0);
  EXPECT_EQ(json["samples"][1], Json::parse(R"({"t_ms": 50.0, "bytes": 9, "pings": 1, "ping_ms": 0.25})"));
  EXPECT_TRUE(json["samples"][0]["ping_ms"].is_null());
}

TEST(WatchReport, PlaceThatCannotBeWrittenIsTold) {
  const auto written = write_report(whole_stream(), "/proc/nowhere/report.json");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("/proc/nowhere/report.json"), std::string::npos);
}

TEST(WatchReport, FileHoldsTheReport) {
  const auto path = std::filesystem::path(testing::TempDir()) / "watch_report_test.json";
  ASSERT_TRUE(write_report(whole_stream(), path));
  std::ifstream file(path);
  EXPECT_EQ(Json::parse(file)["bytes_total"], 1000);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace attune::stream
