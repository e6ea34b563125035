// SPDX-License-Identifier: Apache-2.0
// What a system is found to have forgotten of what its manager was told.
#include "tests/simulation/told_facts.h"

#include <gmock/gmock.h>

#include "tests/simulation/small_sites.h"

namespace attune::simulation {
namespace {

using ::testing::Optional;
using Values = std::vector<std::pair<std::string, std::string>>;

class ToldFactsTest : public ::testing::Test {
 protected:
  uint64_t sent(const std::string& of, Values values) {
    workflow::Event event;
    event.component = of;
    event.values = std::move(values);
    return told_.sent(event);
  }
  void has(const std::string& of, const std::string& property, const std::string& value,
           const std::string& to = {}) {
    EXPECT_TRUE(system_.apply(system::PropertyChanged{of, property, value, to}));
  }
  std::optional<std::string> forgotten() const { return told_.forgotten(system_); }

  const dsl::LoadedProject loaded_ = load_small_sites();
  system::System system_{loaded_.project};
  ToldFacts told_;
};

TEST_F(ToldFactsTest, WhatWasTakenAndIsNotSoIsForgotten) {
  const uint64_t price = sent("south", {{"vm_price", "0.7"}});
  EXPECT_EQ(forgotten(), std::nullopt) << "nobody knows whether it was taken";
  EXPECT_EQ(told_.held(), 0U);
  told_.taken(price);
  EXPECT_EQ(told_.held(), 1U);
  EXPECT_THAT(forgotten(),
              Optional<std::string>("the manager was told south vm_price=0.7, and has it otherwise"));
  has("south", "vm_price", "0.7");
  EXPECT_EQ(forgotten(), std::nullopt);
}

TEST_F(ToldFactsTest, WhatIsOnItsWayMayHoldAlready) {
  told_.taken(sent("lab1", {{"cpus", "3"}}));
  sent("lab1", {{"cpus", "2"}});
  has("lab1", "cpus", "2");
  EXPECT_EQ(forgotten(), std::nullopt);
  has("lab1", "cpus", "4");
  EXPECT_NE(forgotten(), std::nullopt);
}

TEST_F(ToldFactsTest, WhatWasTakenLastCounts) {
  const uint64_t first = sent("lab1", {{"memory", "1GiB"}});
  told_.taken(first);
  told_.taken(sent("lab1", {{"memory", "2GiB"}}));
  has("lab1", "memory", "1GiB");
  EXPECT_NE(forgotten(), std::nullopt);
}

TEST_F(ToldFactsTest, ALinkIsTheSameFromEitherEnd) {
  told_.taken(sent("south", {{"to", "north"}, {"latency", "5ms"}}));
  EXPECT_NE(forgotten(), std::nullopt);
  has("north", "latency", "5ms", "south");
  EXPECT_EQ(forgotten(), std::nullopt);
  EXPECT_EQ(system_.find_site("north")->latency, Duration{});
}

TEST_F(ToldFactsTest, AHostThatIsGoneHasForgotten) {
  told_.taken(sent("lab9", {{"price", "1"}}));
  EXPECT_NE(forgotten(), std::nullopt);
}

}  // namespace
}  // namespace attune::simulation
