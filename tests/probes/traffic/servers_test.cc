// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::probes {
namespace {

std::vector<std::string> texts_of(const std::vector<traffic_address>& addresses) {
  std::vector<std::string> texts;
  for (const traffic_address& address : addresses) texts.push_back(text_of(address));
  return texts;
}

TEST(Servers, AreFoundByName) {
  const auto found = look_up({"localhost"});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_THAT(texts_of(*found), ::testing::Contains(::testing::AnyOf("127.0.0.1", "::1")));
}

TEST(Servers, HaveEachAddressOnce) {
  const auto once = look_up({"localhost"}), twice = look_up({"localhost", "localhost"});
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(texts_of(*twice), texts_of(*once));
}

TEST(Servers, OfNoNameAreNone) {
  EXPECT_TRUE(look_up({})->empty());
}

TEST(Servers, ThatNobodyKnowsAreNamed) {
  const auto found = look_up({"no..such..host"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(found.error().message, ::testing::HasSubstr("the server 'no..such..host' is not found"));
}

}  // namespace
}  // namespace attune::probes
