// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/rates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/traffic/small_matrix.h"

namespace attune::traffic {
namespace {

using attune::test::matrix_of;
using attune::test::Sent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Period period_at(int64_t number) {
  return {3000 + 30 * number, 30};
}
Matrix without(Matrix matrix, std::string missing) {
  matrix.missing.push_back(std::move(missing));
  return matrix;
}

class RatesTest : public ::testing::Test {
 protected:
  void add(int64_t number, const std::vector<Sent>& sent) { sum_.add(period_at(number), matrix_of(sent)); }
  RateSum sum_;
};

TEST_F(RatesTest, OfNothingAreNone) {
  EXPECT_EQ(sum_.build(), Rates{});
}

TEST_F(RatesTest, AreTheMeanOfTheirPeriodsBySecondAndDirection) {
  add(0, {{"b", "a", 30, 3000}, {"a", "b", 6, 60}});
  add(1, {{"b", "a", 90, 6000}});
  const Rates rates = sum_.build();
  EXPECT_THAT(rates.pairs, ElementsAre(Rate{"a", "b", {0.1, 1}}, Rate{"b", "a", {2, 150}}));
  EXPECT_EQ(rates.from, 3000);
  EXPECT_EQ(rates.to, 3060);
}

TEST_F(RatesTest, DoNotCountPeriodsInWhichAPartIsMissing) {
  add(0, {{"b", "a", 30, 3000}});
  sum_.add(period_at(1), without(matrix_of({{"b", "a", 1, 10}}), "a"));
  EXPECT_THAT(sum_.build().pairs, ElementsAre(Rate{"b", "a", {1, 100}}));
}

TEST_F(RatesTest, AreWhatWasCountedWhereEachPeriodMissesAPart) {
  sum_.add(period_at(0), without(matrix_of({{"b", "a", 30, 300}}), "a"));
  sum_.add(period_at(1), without(matrix_of({{"b", "a", 0, 0}}), "a"));
  EXPECT_THAT(sum_.build().pairs, ElementsAre(Rate{"b", "a", {0.5, 5}}));
}

TEST_F(RatesTest, OfAMachineThatCameLatelyAreOfItsOwnTime) {
  add(0, {{"b", "a", 30, 300}});
  add(1, {{"b", "a", 30, 300}, {"a", "c", 30, 3000}});
  EXPECT_THAT(sum_.build().pairs, ElementsAre(Rate{"a", "c", {1, 100}}, Rate{"b", "a", {1, 10}}));
}

TEST_F(RatesTest, LeaveOutAddressesAndWhatAMachineSendsItself) {
  MatrixBuilder builder;
  builder.add_party("a", true);
  builder.add_party("10.0.0.9", false);
  builder.add("10.0.0.9", "a", {1, 1});
  builder.add("a", "10.0.0.9", {1, 1});
  builder.add("a", "a", {1, 1});
  sum_.add(period_at(0), builder.build());
  EXPECT_THAT(sum_.build().pairs, IsEmpty());
}

}  // namespace
}  // namespace attune::traffic
