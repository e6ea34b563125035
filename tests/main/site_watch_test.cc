// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/site_watch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/support/project_builder.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;

class SiteWatchTest : public ::testing::Test {
 protected:
  void measure(const std::string& host, double load) { system_.measured(host, now_, model::Percent{load}); }
  std::vector<std::string> looked() {
    watch_.look(now_);
    return std::exchange(raised_, {});
  }

  model::Project project_ = testing::ProjectBuilder()
                                .family("lab", {"n1", "n2", "s1"})
                                .site("north", {"n1", "n2"})
                                .site("south", {"s1"})
                                .build();
  system::System system_{project_};
  Instant now_{std::chrono::seconds(100)};
  std::vector<std::string> raised_;
  SiteWatch watch_{system_, model::Percent{80},
                   [this](const std::string& site, model::Percent load, bool is_cleared) {
                     raised_.push_back(fmt::format("{} {}%{}", site, load.value, is_cleared ? " over" : ""));
                   }};
};

TEST_F(SiteWatchTest, TheMeanOfTheSitesHostsCounts) {
  measure("n1", 100), measure("n2", 50), measure("s1", 90);
  EXPECT_THAT(looked(), ElementsAre("south 90%"));
  measure("n2", 80);
  EXPECT_THAT(looked(), ElementsAre("north 82.5%"));
}

TEST_F(SiteWatchTest, AnOverloadThatLastsIsToldAgainEachTenSeconds) {
  measure("s1", 90);
  EXPECT_THAT(looked(), ElementsAre("south 90%"));
  now_ += 9s;
  measure("s1", 90);
  EXPECT_THAT(looked(), IsEmpty());
  now_ += 1s;
  EXPECT_THAT(looked(), ElementsAre("south 90%"));
}

TEST_F(SiteWatchTest, ItsEndIsToldOnce) {
  measure("s1", 90);
  looked();
  now_ += 11s;
  measure("s1", 40);
  EXPECT_THAT(looked(), ElementsAre("south 40% over"));
  EXPECT_THAT(looked(), IsEmpty());
}

TEST_F(SiteWatchTest, ASiteWhoseHostsFellSilentIsOverloadedNoMore) {
  measure("s1", 90);
  looked();
  ASSERT_TRUE(system_.apply(system::HostChanged{.host = "s1", .state = system::HostState::kDown}));
  EXPECT_THAT(looked(), ElementsAre("south 0% over"));
}

TEST_F(SiteWatchTest, ItLooksOnceASecondHoweverMuchIsMeasured) {
  watch_.measured(now_);
  measure("s1", 90);
  watch_.measured(now_);
  EXPECT_THAT(raised_, IsEmpty());
  now_ += 1s;
  watch_.measured(now_);
  EXPECT_THAT(raised_, ElementsAre("south 90%"));
}

}  // namespace
}  // namespace attune::main
