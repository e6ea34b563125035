// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/wrapper.h"

#include <gtest/gtest.h>

namespace attune::model {
namespace {

TEST(Wrapper, FindsStubsAndEventsByName) {
  Wrapper wrapper;
  wrapper.stubs = {Stub{.name = "start", .key = "VM", .operation = "start"}, Stub{.name = "stop"}};
  wrapper.events = {EventDeclaration{.name = "cpu_high"}};
  ASSERT_NE(wrapper.find_stub("start"), nullptr);
  EXPECT_EQ(wrapper.find_stub("start")->key, "VM");
  EXPECT_EQ(wrapper.find_stub("migrate"), nullptr);
  EXPECT_NE(wrapper.find_event("cpu_high"), nullptr);
  EXPECT_EQ(wrapper.find_event("start"), nullptr);
}

TEST(Wrapper, AStubWithoutATimeoutHasSixtySeconds) {
  EXPECT_EQ(Stub{}.timeout, std::chrono::seconds(60));
}

TEST(Catalog, FindsKeysByName) {
  const Catalog catalog{{Key{.name = "VM"}, Key{.name = "Script"}}};
  EXPECT_EQ(catalog.find_key("VM"), &catalog.keys[0]);
  EXPECT_EQ(catalog.find_key("package.S1"), nullptr);
}

TEST(Catalog, HasAFamilyForEveryKeyThatBeginsWithIt) {
  const Catalog catalog{{Key{.name = "VM"}, Key{.name = "ocf:"}}};
  EXPECT_EQ(catalog.find_key("ocf:heartbeat:nginx"), &catalog.keys[1]);
  EXPECT_EQ(catalog.find_key("ocf:"), &catalog.keys[1]);
  EXPECT_EQ(catalog.find_key("VM2"), nullptr);
}

}  // namespace
}  // namespace attune::model
