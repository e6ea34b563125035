// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/user.h"

#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

namespace attune {
namespace {

// NOLINTBEGIN(concurrency-mt-unsafe): one thread
TEST(User, HasTheHomeThatTheEnvironmentNames) {
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(home_folder(), "/home/me");
  ::setenv("HOME", "", 1);
  EXPECT_EQ(home_folder(), std::nullopt);
  ::unsetenv("HOME");
  EXPECT_EQ(home_folder(), std::nullopt);
}
// NOLINTEND(concurrency-mt-unsafe)

TEST(User, IsCalledByTheNumberWhereThereIsNoName) {
  EXPECT_EQ(name_of_user(0), "root");
  EXPECT_EQ(name_of_user(4'242'424), "user 4242424");
}

}  // namespace
}  // namespace attune
