// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/navigation.h"

#include <gtest/gtest.h>

namespace attune::model {
namespace {

TEST(Navigation, IsWrittenAsItWasRead) {
  using Root = Navigation::Root;
  EXPECT_EQ(to_text(Navigation{.root = Root::kThis, .steps = {"host", "name"}}), "$this.host.name");
  EXPECT_EQ(to_text(Navigation{.root = Root::kRole, .name = "workers", .steps = {"port"}}), "$workers.port");
  EXPECT_EQ(to_text(Navigation{.root = Root::kClass, .name = "app", .steps = {"port"}}), "$app.port");
  EXPECT_EQ(to_text(Navigation{.root = Root::kArgument, .argument = 1}), "$1");
  EXPECT_EQ(to_text(Navigation{.root = Root::kArgument, .argument = 12, .steps = {"name"}}), "$12.name");
  EXPECT_EQ(to_text(Navigation{.root = Root::kManager, .steps = {"pipe"}}), "$manager.pipe");
}

}  // namespace
}  // namespace attune::model
