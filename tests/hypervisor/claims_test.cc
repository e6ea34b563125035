// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/claims.h"

#include <gtest/gtest.h>

namespace attune::hypervisor {
namespace {

TEST(ClaimsTest, TheNewestOfADomainOvertakesTheOneBefore) {
  Claims claims;
  const auto first = claims.take({"vm1", "u1"});
  const auto other = claims.take({"vm2", "u2"});
  EXPECT_FALSE(first->is_overtaken);
  const auto second = claims.take({"renamed", "u1"});
  EXPECT_TRUE(first->is_overtaken);
  EXPECT_FALSE(second->is_overtaken);
  EXPECT_FALSE(other->is_overtaken);
}

TEST(ClaimsTest, ThoseThatHaveEndedAreForgottenAndTheOthersAreNot) {
  Claims claims;
  const auto kept = claims.take({"vm1", "u1"});
  for (int i = 0; i < 1000; ++i) claims.take({"vm", std::to_string(i)});
  const auto next = claims.take({"vm1", "u1"});
  EXPECT_TRUE(kept->is_overtaken);
  EXPECT_FALSE(next->is_overtaken);
}

}  // namespace
}  // namespace attune::hypervisor
