// SPDX-License-Identifier: Apache-2.0
#include "wrappers/plugin_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

namespace attune::wrappers {
namespace {

using model::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> measured(std::string_view output) {
  std::vector<std::string> all;
  for (const Measurement& one : parse_plugin_output(0, output).measurements)
    all.push_back(fmt::format("{}={}{};{};{};{};{}", one.label, one.number, one.unit, one.warning,
                              one.critical, one.least, one.most));
  return all;
}

TEST(PluginOutput, HasItsStateInItsCode) {
  EXPECT_EQ(parse_plugin_output(0, "").state, PluginState::kOk);
  EXPECT_EQ(parse_plugin_output(1, "").state, PluginState::kWarning);
  EXPECT_EQ(parse_plugin_output(2, "").state, PluginState::kCritical);
  for (const int code : {3, 4, -1, 127, 139})
    EXPECT_EQ(parse_plugin_output(code, "").state, PluginState::kUnknown);
}

TEST(PluginOutput, ItsTextIsTheFirstLineUpToTheBar) {
  EXPECT_EQ(parse_plugin_output(0, "HTTP OK: 1 s |time=1s\nmore\n").text, "HTTP OK: 1 s");
  EXPECT_EQ(parse_plugin_output(0, "LOAD OK\nmore | load1=1\n").text, "LOAD OK");
}

TEST(PluginOutput, ItsTextIsWhatAnEventMayHold) {
  EXPECT_EQ(parse_plugin_output(0, "a\tb\x1b[1m\x7f").text, "a b [1m");
  EXPECT_EQ(parse_plugin_output(0, "gr\xfc\xdf").text, "gr??");
  const std::string cut =
      parse_plugin_output(0, std::string(PluginOutput::kMaxText - 1, 'x') + "\xc3\xbc").text;
  EXPECT_EQ(cut, std::string(PluginOutput::kMaxText - 1, 'x')) << "no half of a character is left";
}

TEST(PluginOutput, MeasurementsAreBehindTheBar) {
  EXPECT_THAT(measured("HTTP OK|time=0.004211s;1.000000;2.000000;0.000000;10.000000 size=615B;;;0"),
              ElementsAre("time=0.004211s;1.000000;2.000000;0.000000;10.000000", "size=615B;;;0;"));
}

TEST(PluginOutput, ALabelMayBeQuoted) {
  EXPECT_THAT(measured("x|'C: drive''s =used'=1GB 'two'=2"),
              ElementsAre("C: drive's =used=1GB;;;;", "two=2;;;;"));
}

TEST(PluginOutput, WhatIsNoNumberIsLeftEmpty) {
  EXPECT_THAT(measured("x|a=U;10:20;@5;~:1;0 b=1e-3s c=1,5% d=x"),
              ElementsAre("a=U;;;;0", "b=1e-3s;;;;", "c=1.5%;;;;", "d=x;;;;"));
}

TEST(PluginOutput, WhatIsNoMeasurementIsPassedOver) {
  EXPECT_THAT(measured("x|nothing 'open=1 b=2"), IsEmpty());
  EXPECT_THAT(measured("x|nothing =3 'a'b=1 b=2"), ElementsAre("b=2;;;;"));
}

TEST(PluginOutput, MoreMeasurementsMayStandBehindTheLongText) {
  EXPECT_THAT(measured("DISK OK|/=1MB\nlong\ntext|/boot=2MB\n/home=3MB\n"),
              ElementsAre("/=1MB;;;;", "/boot=2MB;;;;", "/home=3MB;;;;"));
}

TEST(PluginOutput, HasSoManyMeasurementsAndNoMore) {
  std::string output = "x|";
  for (int i = 0; i < 1000; ++i) output += "a=1 ";
  EXPECT_THAT(measured(output), SizeIs(256));
}

TEST(PluginOutput, ALabelBecomesAName) {
  EXPECT_EQ(value_name("time"), "time");
  EXPECT_EQ(value_name("/"), "root");
  EXPECT_EQ(value_name("/var/lib"), "var_lib");
  EXPECT_EQ(value_name("C:\\ %"), "C");
  EXPECT_EQ(value_name("5min"), "x5min");
  EXPECT_EQ(value_name("%%"), "");
}

TEST(PluginOutput, ANumberIsSaidInTheTypesOwnWords) {
  EXPECT_EQ(as_type("0.25", "s", Type::kDuration), "0.250000000s");
  EXPECT_EQ(as_type("120", "ms", Type::kDuration), "0.120000000s");
  EXPECT_EQ(as_type("2", "MB", Type::kSize), "2097152B");
  EXPECT_EQ(as_type("97.5", "%", Type::kPercent), "97.5%");
  EXPECT_EQ(as_type("3.0", "", Type::kInteger), "3");
  EXPECT_EQ(as_type("0.5", "", Type::kFloat), "0.5");
  EXPECT_EQ(as_type("0.5", "V", Type::kString), "0.5V");
}

TEST(PluginOutput, ANumberThatCannotBeOfTheTypeIsNone) {
  EXPECT_EQ(as_type("1", "", Type::kDuration), std::nullopt);
  EXPECT_EQ(as_type("1", "s", Type::kSize), std::nullopt);
  EXPECT_EQ(as_type("1", "s", Type::kPercent), std::nullopt);
  EXPECT_EQ(as_type("1", "", Type::kList), std::nullopt);
  EXPECT_EQ(as_type("", "s", Type::kDuration), std::nullopt);
  EXPECT_EQ(as_type("1e30", "", Type::kInteger), std::nullopt);
  EXPECT_EQ(as_type("1e30", "s", Type::kDuration), std::nullopt);
}

}  // namespace
}  // namespace attune::wrappers
