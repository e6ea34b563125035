// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/address.h"

#include <string>

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Address, IsWhatInetPtonTakes) {
  for (const char* right : {"10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "127.0.0.1"})
    EXPECT_TRUE(is_ip_address(right)) << right;
  for (const char* wrong :
       {"", "10.0.0", "10.0.0.1 ", "0x0a.0.0.1", "[::1]", "fe80::1%eth0", "lab1", "10.0.0.1/24"})
    EXPECT_FALSE(is_ip_address(wrong)) << wrong;
  EXPECT_FALSE(is_ip_address(std::string_view("10.0.0.1\0x", 10)));
}

TEST(Address, IsReachableWhereItIsOneOtherMachines) {
  for (const char* right : {"10.0.0.1", "192.0.2.7", "2001:db8::1", "fd00::1", "::ffff:10.0.0.1"})
    EXPECT_TRUE(is_reachable_address(right)) << right;
  for (const char* wrong :
       {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1",
        "ff02::1", "255.255.255.255", "240.0.0.1", "fe80::1", "169.254.1.1", "::ffff:224.0.0.1", "lab1", ""})
    EXPECT_FALSE(is_reachable_address(wrong)) << wrong;
}

TEST(Address, IsOwnWhereEveryMachineHasIt) {
  for (const char* right : {"127.0.0.1", "::1", "fe80::1", "169.254.1.1"})
    EXPECT_TRUE(is_own_address(right)) << right;
  for (const char* wrong : {"10.0.0.1", "0.0.0.0", "ff02::1", "-oProxyCommand=x"})
    EXPECT_FALSE(is_own_address(wrong)) << wrong;
}

TEST(Address, AHostNameHasNothingThatAnUriOrAProgramTakesForMore) {
  for (const char* right : {"lab1", "a.b-c_d", "1x", "7", "rack.7", "10.0.0.9"})
    EXPECT_TRUE(is_host_name(right)) << right;
  for (const char* wrong : {"", "10.213.0.999", "10.0.0", "1..2", "-oProxyCommand=x", "a/b", "a?command=b",
                            "a@b", "a:1", "a b", "a%41", "\xc3\xa4"})
    EXPECT_FALSE(is_host_name(wrong)) << wrong;
  EXPECT_FALSE(is_host_name(std::string(254, 'a')));
}

}  // namespace
}  // namespace attune
