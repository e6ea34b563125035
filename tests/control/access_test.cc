// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/access.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"

namespace attune::control {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr uid_t kSomebody = 4242;

// Debian's own groups.
gid_t group(const char* name) {
  return ::getgrnam(name)->gr_gid;  // NOLINT(concurrency-mt-unsafe): one thread
}

Peer somebody(std::vector<gid_t> groups) {
  return {"attune (somebody)", kSomebody, std::move(groups)};
}

TEST(Access, IsForTheManagersUserAndGroupWhereNothingIsSaid) {
  const Access access;
  EXPECT_EQ(access.role_of({"", 0, {}}), Role::kAdminister);
  EXPECT_EQ(access.role_of({"", ::geteuid(), {}}), Role::kAdminister);
  EXPECT_EQ(access.role_of(somebody({::getegid()})), Role::kAdminister);
  EXPECT_EQ(access.role_of(somebody({group("staff")})), Role::kNone);
  EXPECT_FALSE(access.is_for_others());
}

TEST(Access, GivesTheHighestRoleThatAGroupHas) {
  const auto access = Access::of("users staff", "operator", "adm");
  ASSERT_TRUE(access) << access.error().message;
  EXPECT_TRUE(access->is_for_others());
  EXPECT_EQ(access->role_of(somebody({group("staff")})), Role::kLook);
  EXPECT_EQ(access->role_of(somebody({group("users"), group("operator")})), Role::kOperate);
  EXPECT_EQ(access->role_of(somebody({group("adm"), group("users")})), Role::kAdminister);
  EXPECT_EQ(access->role_of(somebody({})), Role::kNone);
}

TEST(Access, NamesTheSettingWhoseGroupIsNotThere) {
  const auto access = Access::of("", "operator no-such-group", "");
  ASSERT_FALSE(access);
  EXPECT_THAT(access.error().message,
              HasSubstr("control.operate in attune.info: there is no group 'no-such-group'"));
}

TEST(Peer, IsWhatTheKernelSays) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const UniqueFd one(ends[0]), other(ends[1]);
  const Peer peer = peer_of(one.get());
  EXPECT_EQ(peer.user, ::geteuid());
  EXPECT_THAT(peer.groups, Contains(::getegid()));
  EXPECT_THAT(peer.name, HasSubstr("attune ("));
}

}  // namespace
}  // namespace attune::control
