// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/table.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/heap.h"

namespace attune::system {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> all(const Table<std::string>& table) {
  std::vector<std::string> found;
  for (const std::string& one : table) found.push_back(one);
  return found;
}

TEST(Table, FindsWhatIsThere) {
  Table<std::string> table;
  EXPECT_THAT(all(table), IsEmpty());
  table.add(0, "a");
  table.add(100, "b");
  EXPECT_EQ(*table.find(100), "b");
  EXPECT_EQ(table.find(1), nullptr);
  EXPECT_EQ(table.find(50), nullptr);
  EXPECT_EQ(table.find(UINT32_MAX), nullptr);
  EXPECT_THAT(all(table), ElementsAre("a", "b"));
}

TEST(Table, GivesNoIdTwice) {
  Table<std::string> table;
  table.add(table.next_id(), "a");
  table.remove(0);
  EXPECT_EQ(table.next_id(), 1u);
  table.skip_to(70);
  EXPECT_EQ(table.next_id(), 70u);
  table.skip_to(3);
  EXPECT_EQ(table.next_id(), 70u);
  table.add(table.next_id(), "b");
  EXPECT_EQ(table.find(0), nullptr);
  EXPECT_THAT(all(table), ElementsAre("b"));
}

TEST(Table, AnEntryStaysWhereItIs) {
  Table<std::string> table;
  const std::string* first = &table.add(0, "a");
  for (uint32_t id = 1; id < 1000; ++id) table.add(id, "b");
  for (uint32_t id = 1; id < 1000; ++id) table.remove(id);
  EXPECT_EQ(table.find(0), first);
  EXPECT_THAT(all(table), ElementsAre("a"));
}

TEST(Table, WhatIsGoneCostsNextToNothing) {
  Table<std::string> table;
  const std::string* stays = &table.add(0, "a");
  const size_t left = test::heap_left_by_ten_thousand([&] {
    const uint32_t id = table.next_id();
    table.add(id, "longer than a string has room for in itself");
    table.remove(id);
  });
  EXPECT_LT(left, 10'000u);
  EXPECT_EQ(*stays, "a");
}

}  // namespace
}  // namespace attune::system
