// SPDX-License-Identifier: Apache-2.0
#include "wrappers/program_name.h"

#include <gtest/gtest.h>

namespace attune::wrappers {
namespace {

TEST(ProgramName, StandsBehindTheFamily) {
  EXPECT_EQ(member_of("nagios:check_http", "nagios:"), "check_http");
  EXPECT_EQ(member_of("nagios:", "nagios:"), "");
  EXPECT_EQ(member_of("Probe", "nagios:"), "");
}

TEST(ProgramName, LeadsToNoOtherFolder) {
  EXPECT_TRUE(is_program_name("check_http"));
  EXPECT_TRUE(is_program_name("Pure-FTPd"));
  for (const char* wrong : {"", ".", "..", "../sh", "a/b", "-x", "check http", "check\n"})
    EXPECT_FALSE(is_program_name(wrong)) << wrong;
}

}  // namespace
}  // namespace attune::wrappers
