// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/small_daemon.h"

namespace attune::main {
namespace {

using std::chrono_literals::operator""s;
using ::testing::HasSubstr;
using ::testing::Not;

class MetricsTest : public ::testing::Test {
 protected:
  void at(WallTime when, decltype(workflow::Record::what) what) { metrics_.look({1, when, std::move(what)}); }
  void take(decltype(workflow::Record::what) what) { at({}, std::move(what)); }
  std::string page() const { return metrics_.page(daemon_, 4096); }

  Metrics metrics_;
  control::SmallDaemon daemon_;
};

TEST_F(MetricsTest, CountEventsByWhatBecameOfThem) {
  take(workflow::EventAccepted{1, "cpu_high", "vm", "pipe", {}});
  take(workflow::EventSuppressed{"cpu_high", "vm", "cooldown", 12});
  EXPECT_THAT(page(), HasSubstr("attune_events_total{event=\"cpu_high\",outcome=\"accepted\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("attune_events_total{event=\"cpu_high\",outcome=\"suppressed\"} 12\n"));
  EXPECT_THAT(page(), HasSubstr("attune_event_lines_rejected_total{kind=\"malformed\"} 2\n"));
}

TEST_F(MetricsTest, MeasureARunFromItsRecordToItsEnd) {
  at(WallTime(10s), workflow::RunStarted{7, 1, "cpu_high", "vm"});
  at(WallTime(12s), workflow::RunEnded{7, workflow::RunEnd::kDone, ""});
  EXPECT_THAT(page(), HasSubstr("attune_runs_total{diagram=\"cpu_high\",end=\"done\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("attune_run_duration_seconds_sum{diagram=\"cpu_high\"} 2\n"));
}

TEST_F(MetricsTest, AClockThatIsSetBackMakesNoNegativeRun) {
  at(WallTime(10s), workflow::RunStarted{7, 1, "cpu_high", "vm"});
  at(WallTime(3s), workflow::RunEnded{7, workflow::RunEnd::kDone, ""});
  EXPECT_THAT(page(), HasSubstr("attune_run_duration_seconds_sum{diagram=\"cpu_high\"} 0\n"));
}

TEST_F(MetricsTest, CountCallsByOutcomeAndMeasureThem) {
  workflow::Call call;
  call.id = 5;
  call.key = "VM";
  call.stub = "migrate";
  take(workflow::CallIntent{call});
  take(workflow::CallEnded{5, 7, workflow::CallExited{1, "no room", {}}, 2s});
  EXPECT_THAT(page(), HasSubstr("attune_calls_total{key=\"VM\",outcome=\"failed\",stub=\"migrate\"} 1\n"));
  EXPECT_THAT(page(),
              HasSubstr("attune_call_duration_seconds_bucket{key=\"VM\",stub=\"migrate\",le=\"3\"} 1\n"));
}

TEST_F(MetricsTest, WhatAnEarlierManagerBeganIsNotMeasured) {
  take(workflow::CallEnded{5, 7, workflow::CallLost{"the manager died"}, 2s});
  take(workflow::RunEnded{7, workflow::RunEnd::kInterrupted, ""});
  EXPECT_THAT(page(), Not(HasSubstr("attune_calls_total{")));
  EXPECT_THAT(page(), HasSubstr("attune_runs_total{diagram=\"\",end=\"interrupted\"} 1\n"));
  EXPECT_THAT(page(), Not(HasSubstr("attune_run_duration_seconds_count{")));
}

TEST_F(MetricsTest, ShowWhatIsSoAtTheMoment) {
  EXPECT_THAT(page(), HasSubstr("attune_components{class=\"vm\",state=\"started\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("attune_hosts{state=\"up\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("attune_mode{mode=\"automatic\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("attune_mode{mode=\"paused\"} 0\n"));
  EXPECT_THAT(page(), HasSubstr("attune_hosts_in_maintenance 0\n"));
  EXPECT_THAT(page(), HasSubstr("attune_journal_records 42\n"));
  EXPECT_THAT(page(), HasSubstr("attune_journal_size_bytes 4096\n"));
  EXPECT_THAT(page(), HasSubstr("attune_build_info{version=\"1.2.3\"} 1\n"));
}

}  // namespace
}  // namespace attune::main
