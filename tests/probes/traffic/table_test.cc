// SPDX-License-Identifier: Apache-2.0
// One VM's counts of one side, and which senders keep a place.
#include "probes/traffic/table.h"

#include <gtest/gtest.h>

namespace attune::probes {
namespace {

traffic_address address(unsigned char last) {
  return {TRAFFIC_IPV4, 0, {}, {10, 0, 0, last}};
}

TEST(Table, SumsBySender) {
  Table table(4, 2);
  table.count(address(1), {1, 100});
  table.count(address(1), {2, 50});
  const VmCount vm = table.take();
  ASSERT_EQ(vm.from.size(), 1u);
  EXPECT_EQ(vm.from[0].count.messages, 3u);
  EXPECT_EQ(vm.from[0].count.bytes, 150u);
}

TEST(Table, IsEmptyAfterItWasTaken) {
  Table table(4, 2);
  table.count(address(1), {1, 100});
  (void)table.take();
  EXPECT_TRUE(table.take().from.empty());
}

TEST(Table, WhoFindsNoPlaceIsInTheRest) {
  Table table(1, 1);
  table.count(address(1), {1, 100});
  table.count(address(2), {1, 7});
  table.count(address(3), {2, 8});
  const VmCount vm = table.take();
  EXPECT_EQ(vm.from.size(), 1u);
  EXPECT_EQ(vm.rest.count.messages, 3u);
  EXPECT_EQ(vm.rest.count.bytes, 15u);
}

TEST(Table, TheHeaviestKeepTheirPlacesWhereThereWereTooMany) {
  Table table(2, 1);
  table.count(address(1), {1, 10});
  table.count(address(2), {1, 1000});
  table.count(address(3), {1, 1});
  (void)table.take();
  table.count(address(4), {1, 1});
  table.count(address(5), {1, 1});
  table.count(address(2), {1, 500});
  const VmCount vm = table.take();
  ASSERT_EQ(vm.from.size(), 2u);
  EXPECT_EQ(vm.rest.count.messages, 1u) << "that of 10.0.0.5";
}

TEST(Table, WhatTheVmSendsStandsApart) {
  Table table(4, 2);
  traffic_address server = address(9);
  server.direction = TRAFFIC_TO;
  table.count(server, {1, 60});
  table.count(address(9), {1, 70});
  const VmCount vm = table.take();
  ASSERT_EQ(vm.to.size(), 1u);
  EXPECT_EQ(vm.to[0].count.bytes, 60u);
  EXPECT_EQ(vm.from[0].count.bytes, 70u);
}

TEST(Table, KeepsSixteenOwnAddresses) {
  Table table(4, 2);
  for (unsigned char i = 0; i < 40; ++i) table.note_own(address(i / 2), Mac{});
  EXPECT_EQ(table.take().own.size(), 16u);
}

}  // namespace
}  // namespace attune::probes
