// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_settings.h"

#include <gtest/gtest.h>

namespace attune::main {
namespace {

TEST(TrafficSettingsTest, AreTheirOwnDefaultsWhereTheProjectSaysNothing) {
  const TrafficSettings settings = traffic_settings_of({}, 30);
  EXPECT_EQ(settings.collector.seconds, 30);
  EXPECT_EQ(settings.collector.wait, traffic::CollectorSettings{}.wait);
  EXPECT_FALSE(settings.keep.seconds) << "for ever";
  EXPECT_EQ(settings.groups.method, traffic::GroupSettings{}.method);
  EXPECT_EQ(settings.groups.by, traffic::GroupSettings{}.by);
  EXPECT_EQ(settings.groups.minimum, 0);
  EXPECT_EQ(settings.stability.periods, traffic::StabilitySettings{}.periods);
}

TEST(TrafficSettingsTest, AreWhatTheProjectSays) {
  model::Project project;
  project.settings = {{"traffic.keep", "7d"},     {"traffic.wait", "1500ms"},  {"traffic.method", "leiden"},
                      {"traffic.by", "messages"}, {"traffic.minimum", "1000"}, {"traffic.periods", "5"}};
  const TrafficSettings settings = traffic_settings_of(project, 10);
  EXPECT_EQ(settings.collector.seconds, 10);
  EXPECT_EQ(settings.collector.wait, 2) << "a part of a second counts as one";
  EXPECT_EQ(settings.keep.seconds, 7 * 86'400);
  EXPECT_EQ(settings.groups.method, traffic::GroupMethod::kLeiden);
  EXPECT_EQ(settings.groups.by, traffic::Measure::kMessages);
  EXPECT_EQ(settings.groups.minimum, 1000);
  EXPECT_EQ(settings.stability.periods, 5u);
}

}  // namespace
}  // namespace attune::main
