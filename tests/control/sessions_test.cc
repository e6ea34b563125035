// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/sessions.h"

#include <vector>

#include <gtest/gtest.h>

namespace attune::control {
namespace {

class SessionsTest : public testing::Test {
 protected:
  bool enter(Role role, const std::string& user = "somebody") {
    return sessions_.admit(&keys_.at(next_++), role, user);
  }
  // How many of them come in, of so many.
  int enter_many(int times, Role role, const std::string& user) {
    int in = 0;
    for (int i = 0; i < times; ++i) in += enter(role, user) ? 1 : 0;
    return in;
  }

  std::vector<char> keys_ = std::vector<char>(1000);
  size_t next_ = 0;
  Sessions sessions_{64, 16};
};

TEST_F(SessionsTest, OfOneUserWhoLooksLeaveRoomForOthers) {
  EXPECT_EQ(enter_many(100, Role::kLook, "alice"), 16);
  EXPECT_EQ(enter_many(100, Role::kLook, "bob"), 16);
  EXPECT_EQ(enter_many(100, Role::kLook, "carol"), 16);
  EXPECT_FALSE(enter(Role::kLook, "dave")) << "16 are left for who acts";
  EXPECT_EQ(enter_many(100, Role::kOperate, "erin"), 8);
  EXPECT_EQ(enter_many(100, Role::kAdminister, "root"), 8);
}

TEST_F(SessionsTest, OfOneUserWhoOperatesLeaveRoomForOthers) {
  EXPECT_EQ(enter_many(100, Role::kOperate, "erin"), 16);
  EXPECT_TRUE(enter(Role::kOperate, "frank"));
}

TEST_F(SessionsTest, OfWhoAdministersAreBoundedByTheirNumberAlone) {
  EXPECT_EQ(enter_many(100, Role::kAdminister, "root"), 64);
  EXPECT_FALSE(enter(Role::kNone, ""));
}

TEST_F(SessionsTest, ThatWereInStayInHoweverManyCome) {
  const void* first = &keys_[next_];
  enter_many(100, Role::kLook, "alice");
  EXPECT_TRUE(sessions_.admit(first, Role::kLook, "alice")) << "it asks again";
}

TEST_F(SessionsTest, LeaveTheirRoomToTheNext) {
  const void* first = &keys_[next_];
  enter_many(16, Role::kLook, "alice");
  ASSERT_FALSE(enter(Role::kLook, "alice"));
  sessions_.leave(first);
  EXPECT_TRUE(enter(Role::kLook, "alice"));
}

// Over TLS who asks is known by the first request alone.
TEST_F(SessionsTest, AreOutWhenItTurnsOutWhoTheyAre) {
  enter_many(16, Role::kLook, "alice");
  const void* unknown = &keys_[next_];
  ASSERT_TRUE(enter(Role::kNone, ""));
  EXPECT_FALSE(sessions_.admit(unknown, Role::kLook, "alice"));
  EXPECT_TRUE(enter(Role::kLook, "bob"));
}

}  // namespace
}  // namespace attune::control
