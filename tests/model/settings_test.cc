// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/settings.h"

#include <gtest/gtest.h>

namespace attune::model {
namespace {

TEST(Settings, EveryDefaultIsOfItsType) {
  for (const SettingDefinition& one : kSettings) {
    EXPECT_TRUE(parse_value(one.type, one.default_text).has_value()) << one.name;
  }
}

TEST(Settings, TheProjectsWordComesBeforeTheDefault) {
  Project project;
  EXPECT_EQ(setting_as<Duration>(project, "host.silence"), std::chrono::seconds(15));
  project.settings["host.silence"] = "2s";
  EXPECT_EQ(setting_as<Duration>(project, "host.silence"), std::chrono::seconds(2));
}

TEST(Settings, UnknownNamesAreNotFound) {
  EXPECT_EQ(find_setting("host.silense"), nullptr);
  EXPECT_DEATH(setting(Project{}, "host.silense"), "");
}

}  // namespace
}  // namespace attune::model
