// SPDX-License-Identifier: Apache-2.0
// Which VM is behind a tap, and what of it a period's report tells.
#include "probes/traffic/inventory.h"

#include <gtest/gtest.h>

namespace attune::probes {
namespace {

constexpr Mac kTap = {0xfe, 0x54, 0, 0, 0, 1};
constexpr Mac kGuest = {0x52, 0x54, 0, 0, 0, 1};
const Link kLink{7, "vnet0", kTap, false};

Counted counted(std::vector<unsigned char> senders) {
  VmCount vm;
  for (const unsigned char last : senders)
    vm.from.push_back({{TRAFFIC_IPV4, 0, {}, {10, 0, 0, last}}, {1, last}});
  return {{7, vm}};
}

TEST(Inventory, AVmIsKnownByItsTap) {
  Inventory inventory(8);
  inventory.arrived(kLink, std::nullopt, false);
  const auto told = inventory.report(counted({1}));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].mac, kGuest);
  EXPECT_FALSE(told[0].is_part);
}

TEST(Inventory, AnotherMacAddressShowsWhenTheVmSends) {
  Inventory inventory(8);
  inventory.arrived(kLink, std::nullopt, false);
  const Mac other = {0x02, 0x54, 0, 0, 0, 1};
  Counted first = counted({});
  first[7].own = {{TRAFFIC_IPV4, 0, {}, {10, 0, 0, 5}}, {TRAFFIC_IPV4, 0, {}, {10, 0, 0, 6}}};
  first[7].senders = {Mac{1, 2, 3, 4, 5, 6}, other};
  const auto told = inventory.report(first);
  EXPECT_EQ(told[0].mac, other);
  ASSERT_EQ(told[0].count.own.size(), 1u) << "the other frame was not its own";
  EXPECT_EQ(inventory.report(counted({}))[0].mac, other);
  EXPECT_EQ(inventory.report(counted({}))[0].count.own.size(), 1u) << "what it was known by before";
}

TEST(Inventory, OneThatCameIsAPartOnce) {
  Inventory inventory(8);
  inventory.arrived(kLink, std::nullopt, true);
  EXPECT_TRUE(inventory.report(counted({}))[0].is_part);
  EXPECT_FALSE(inventory.report(counted({}))[0].is_part);
}

TEST(Inventory, OneThatLeftIsToldOnceAndForgotten) {
  Inventory inventory(8);
  inventory.arrived(kLink, kGuest, false);
  inventory.left(7);
  EXPECT_FALSE(inventory.has(7));
  const auto told = inventory.report(counted({3}));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].is_part);
  EXPECT_EQ(told[0].count.from.size(), 1u);
  EXPECT_TRUE(inventory.report(counted({})).empty());
}

TEST(Inventory, WhatOneThatLeftGotAfterTheBorderIsTold) {
  Inventory inventory(8);
  inventory.arrived(kLink, kGuest, false);
  inventory.left(7);
  (void)inventory.report(counted({3}));
  const auto told = inventory.report(counted({4}));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_TRUE(told[0].is_part);
  EXPECT_TRUE(inventory.report(counted({5})).empty());
}

TEST(Inventory, TheLightAreSummed) {
  Inventory inventory(2);
  inventory.arrived(kLink, kGuest, false);
  const auto told = inventory.report(counted({1, 9, 2, 8}));
  ASSERT_EQ(told[0].count.from.size(), 2u);
  EXPECT_EQ(text_of(told[0].count.from[0].address), "10.0.0.9");
  EXPECT_EQ(told[0].count.rest.peers, 2u);
  EXPECT_EQ(told[0].count.rest.count.bytes, 3u);
}

}  // namespace
}  // namespace attune::probes
