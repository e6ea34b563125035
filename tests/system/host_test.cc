// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/host.h"

#include <gtest/gtest.h>

namespace attune::system {
namespace {

using std::chrono::seconds;

TEST(Load, IsTheMeanOfTheWindow) {
  Load load;
  load.add(Instant(seconds(1)), model::Percent{10});
  load.add(Instant(seconds(2)), model::Percent{30});
  EXPECT_DOUBLE_EQ(load.mean(Instant(seconds(3)))->value, 20);
}

TEST(Load, ForgetsWhatIsOlderThanTheWindow) {
  Load load;
  load.add(Instant(seconds(1)), model::Percent{10});
  load.add(Instant(seconds(8)), model::Percent{30});
  EXPECT_DOUBLE_EQ(load.mean(Instant(seconds(15)))->value, 30);
  EXPECT_FALSE(load.mean(Instant(seconds(30))));
}

TEST(Lifecycle, NamesReadBack) {
  for (int i = 0; i <= static_cast<int>(Lifecycle::kLost); ++i) {
    const auto lifecycle = static_cast<Lifecycle>(i);
    EXPECT_EQ(find_lifecycle(name_of(lifecycle)), lifecycle);
  }
  EXPECT_FALSE(find_lifecycle("asleep"));
}

}  // namespace
}  // namespace attune::system
