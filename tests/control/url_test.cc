// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "runtime/control/client.h"

namespace attune::control {
namespace {

TEST(Url, NamesAHostAndAPort) {
  EXPECT_EQ(*parse_url("https://manager.example"), (RemotePlace{"manager.example", "443"}));
  EXPECT_EQ(*parse_url("https://manager.example:7443/"), (RemotePlace{"manager.example", "7443"}));
  EXPECT_EQ(*parse_url("https://192.0.2.1:7443"), (RemotePlace{"192.0.2.1", "7443"}));
  EXPECT_EQ(*parse_url("https://[2001:db8::1]:7443"), (RemotePlace{"2001:db8::1", "7443"}));
  EXPECT_EQ(*parse_url("https://[::1]"), (RemotePlace{"::1", "443"}));
}

TEST(Url, IsRefusedWhereItIsAnythingElse) {
  for (const char* wrong :
       {"", "manager:7443", "http://manager:7443", "https://", "https://:7443", "https://a:", "https://a:0",
        "https://a:70000", "https://a:7443/v1", "https://user@a:7443", "https://[::1", "https://[]:1",
        "https://a b", "https://a:1:2"})
    EXPECT_FALSE(parse_url(wrong)) << wrong;
}

}  // namespace
}  // namespace attune::control
