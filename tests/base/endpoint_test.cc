// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/endpoint.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

TEST(Endpoint, IsReadAsItIsWritten) {
  for (const char* text : {"192.0.2.1:7443", "0.0.0.0:0", "[::]:443", "[2001:db8::1]:65535"})
    EXPECT_EQ(to_text(*parse_endpoint(text)), text);
  EXPECT_EQ(parse_endpoint("[::1]:7443")->address, "::1");
}

TEST(Endpoint, IsRefusedWhereItIsAnythingElse) {
  for (const char* wrong :
       {"", ":", "7443", ":7443", "192.0.2.1", "192.0.2.1:", "192.0.2.1:70000", "localhost:7443", "::1:7443",
        "[::1]", "[192.0.2.1]:1", "192.0.2:1", "192.0.2.1:7443 ", "192.0.2.1:-1"})
    EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
}

}  // namespace
}  // namespace attune
