// SPDX-License-Identifier: Apache-2.0
#include "wrappers/configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/support/temp_dir.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ::testing::HasSubstr;

class ConfigurationTest : public ::testing::Test {
 protected:
  ConfigurationTest() {
    small_.project.directory = dir_.path();
    app_ = small_.make("app", "lab1");
    small_.make("app", "lab2");
  }
  std::string filled(std::string_view text) {
    dir_.write("site.conf", text);
    const auto made = configuration(small_.world, app_, "site.conf");
    return made ? *made : "refused: " + made.error().message;
  }

  test::TempDir dir_;
  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  system::ComponentId app_ = system::kNoComponent;
};

TEST_F(ConfigurationTest, NavigatesFromItsComponent) {
  EXPECT_EQ(filled("listen $this.port\nname=${this.srname}.local\non $this.host.name\n"),
            "listen 80\nname=app1.local\non lab1\n");
}

TEST_F(ConfigurationTest, SeveralValuesStandJoinedByCommas) {
  EXPECT_EQ(filled("servers: $app.host.name;"), "servers: lab1,lab2;");
}

TEST_F(ConfigurationTest, ReadsWhatHoldsNow) {
  small_.set(app_, "port", model::Value(int64_t{8080}));
  EXPECT_EQ(filled("$this.port"), "8080");
}

TEST_F(ConfigurationTest, TwoDollarsAreOne) {
  EXPECT_EQ(filled("$$PATH costs 5$$"), "$PATH costs 5$");
}

TEST_F(ConfigurationTest, KeepsEveryOtherByte) {
  EXPECT_EQ(filled("\r\n\ttab \xc3\xa9 \n\n"), "\r\n\ttab \xc3\xa9 \n\n");
}

TEST_F(ConfigurationTest, SaysAtWhichLineItCannotBe) {
  EXPECT_THAT(filled("one\n  two $\n"), HasSubstr("site.conf:2:7: "));
}

TEST_F(ConfigurationTest, NamesTheNavigationThatLeadsNowhere) {
  EXPECT_THAT(filled("$this.colour"), HasSubstr("site.conf: $this.colour: "));
}

TEST_F(ConfigurationTest, IsAFileInsideTheProject) {
  EXPECT_THAT(configuration(small_.world, app_, "../secret").error().message,
              HasSubstr("inside the project"));
  EXPECT_THAT(configuration(small_.world, app_, "missing.conf").error().message, HasSubstr("cannot read"));
}

TEST_F(ConfigurationTest, OfAnEmptyFileIsEmpty) {
  EXPECT_EQ(filled(""), "");
}

}  // namespace
}  // namespace attune::wrappers
