// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/summed_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune::deploy {
namespace {

class SummedFileTest : public testing::Test {
 protected:
  test::TempDir dir_;
  SummedFile file_;
};

TEST_F(SummedFileTest, WhatTakesItsPlaceWhileItIsReadIsNotSeen) {
  ASSERT_TRUE(file_.open(dir_.write("a", "first")));
  std::filesystem::rename(dir_.write("b", "other"), dir_ / "a");
  EXPECT_EQ(*file_.next(), "first");
  EXPECT_TRUE(file_.drain());
  EXPECT_EQ(file_.sha256(), sha256_of("first"));
}

TEST_F(SummedFileTest, OneThatGrowsWhileItIsReadIsRefused) {
  ASSERT_TRUE(file_.open(dir_.write("a", "first")));
  dir_.write("a", "first and more");
  const auto drained = file_.drain();
  ASSERT_FALSE(drained);
  EXPECT_THAT(drained.error().message, testing::HasSubstr("has changed while it was looked at"));
}

TEST_F(SummedFileTest, KnowsItsBeginningAndMode) {
  ASSERT_TRUE(file_.open(dir_.write("a", "#!/bin/sh\n" + std::string(1'000'000, 'x'), true)));
  EXPECT_TRUE(file_.drain());
  EXPECT_EQ(file_.beginning().size(), 256U);
  EXPECT_EQ(file_.bytes_read(), 1'000'010U);
  EXPECT_TRUE(file_.is_executable());
}

}  // namespace
}  // namespace attune::deploy
