// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/events/event_line.h"

namespace attune::wrappers {
namespace {

using model::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PluginEventsTest : public ::testing::Test {
 protected:
  void declare(const std::string& event, bool level, std::vector<model::EventValue> values = {}) {
    wrapper_.events.push_back({event, std::move(values), level, {}});
  }
  std::vector<std::string> said(int code, std::string_view output) {
    std::vector<std::string> lines;
    for (const auto& event : events_of(wrapper_, parse_plugin_output(code, output), "app1", cleared_))
      lines.push_back(events::to_line(event));
    return lines;
  }

  model::Wrapper wrapper_;
  std::set<std::string> cleared_;
};

TEST_F(PluginEventsTest, ALevelIsSentEachTimeAndOnceWhenItIsOver) {
  declare("bad", true);
  EXPECT_THAT(said(0, "fine"), ElementsAre("bad app1 state=OK text=fine cleared=true"));
  EXPECT_THAT(said(0, "fine"), IsEmpty());
  EXPECT_THAT(said(1, "so so"), ElementsAre("bad app1 state=WARNING text=\"so so\""));
  EXPECT_THAT(said(2, "bad"), ElementsAre("bad app1 state=CRITICAL text=bad"));
  EXPECT_THAT(said(0, "fine"), ElementsAre("bad app1 state=OK text=fine cleared=true"));
  EXPECT_THAT(said(0, "fine"), IsEmpty());
}

TEST_F(PluginEventsTest, ACriticalOneDoesNotHoldWhileItIsOnlyAWarning) {
  declare("web_critical", true);
  EXPECT_THAT(said(2, "x"), ElementsAre("web_critical app1 state=CRITICAL text=x"));
  EXPECT_THAT(said(1, "x"), ElementsAre("web_critical app1 state=WARNING text=x cleared=true"));
}

TEST_F(PluginEventsTest, WhatIsUnknownBeginsAndEndsNothing) {
  declare("bad", true);
  declare("measured", false);
  declare("plugin_unknown", true);
  EXPECT_THAT(said(3, "x"), ElementsAre("plugin_unknown app1 state=UNKNOWN text=x"));
  EXPECT_THAT(said(2, "x"),
              ElementsAre("bad app1 state=CRITICAL text=x", "measured app1 state=CRITICAL text=x",
                          "plugin_unknown app1 state=CRITICAL text=x cleared=true"));
  EXPECT_THAT(said(3, "x"), ElementsAre("plugin_unknown app1 state=UNKNOWN text=x"));
}

TEST_F(PluginEventsTest, HasTheValuesThatAreDeclared) {
  declare("measured", false,
          {{"state", Type::kString},
           {"time", Type::kDuration},
           {"size", Type::kSize},
           {"size_max", Type::kSize}});
  EXPECT_THAT(said(0, "OK|time=0.5s;1;2 size=1KB;;;0;2 other=1"),
              ElementsAre("measured app1 state=OK text=OK time=0.500000000s size=1024B size_max=2048B"));
}

TEST_F(PluginEventsTest, AValueThatDoesNotFitIsLeftOut) {
  declare("measured", false, {{"time", Type::kSize}, {"pl", Type::kPercent}, {"missing", Type::kString}});
  EXPECT_THAT(said(0, "OK|time=0.5s pl=U"), ElementsAre("measured app1 state=OK text=OK"));
}

}  // namespace
}  // namespace attune::wrappers
