// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::model {
namespace {

using ::testing::HasSubstr;
using std::chrono_literals::operator""ms;

TEST(SiteTest, TakesItsPropertiesFromTheirTexts) {
  Site site;
  EXPECT_TRUE(set_property(site, "host_price", "0.5"));
  EXPECT_TRUE(set_property(site, "vm_price", "1"));
  EXPECT_TRUE(set_property(site, "traffic_price", "0"));
  EXPECT_TRUE(set_property(site, "latency", "20ms"));
  EXPECT_TRUE(set_property(site, "bandwidth_mbit", "100"));
  EXPECT_EQ(site.host_price, 0.5);
  EXPECT_EQ(site.vm_price, 1);
  EXPECT_EQ(site.latency, 20ms);
  EXPECT_EQ(site.bandwidth_mbit, 100);
}

TEST(SiteTest, RefusesWhatCannotBeAndStaysAsItWas) {
  Site site;
  site.host_price = 3;
  for (const auto& [property, text] : {std::pair("host_price", "-0.1"),
                                       {"host_price", "1e19"},
                                       {"bandwidth_mbit", "0"},
                                       {"bandwidth_mbit", "1e-310"},
                                       {"bandwidth_mbit", "0.0000009"},
                                       {"latency", "-1ms"},
                                       {"latency", "5"},
                                       {"price", "1"},
                                       {"available_until", "tomorrow"}})
    EXPECT_FALSE(set_property(site, property, text)) << property << " " << text;
  EXPECT_EQ(site.host_price, 3);
}

TEST(HostTermsTest, AreReadAsTheyAreSet) {
  HostTerms terms;
  EXPECT_EQ(property_of(terms, "core_speed"), Value(1.0));
  EXPECT_TRUE(set_property(terms, "price", "0.25"));
  EXPECT_EQ(property_of(terms, "price"), Value(0.25));
  EXPECT_EQ(property_of(terms, "available_until"), std::nullopt);
  EXPECT_TRUE(set_property(terms, "available_until", "2026-12-31T18:00:00Z"));
  EXPECT_EQ(property_of(terms, "available_until"), Value(std::string("2026-12-31T18:00:00.000000Z")));
  EXPECT_EQ(property_of(terms, "row"), std::nullopt);
}

// What is divided by it is finite.
TEST(HostTermsTest, ASpeedHasALeast) {
  HostTerms terms;
  EXPECT_TRUE(set_property(terms, "core_speed", "0.000001"));
  const auto set = set_property(terms, "core_speed", "1e-310");
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().message, "core_speed cannot be 1e-310: it is 0.000001 or more, and 1e18 at most");
}

TEST(HostTermsTest, AnOvercommitIsOneOrMore) {
  HostTerms terms;
  const auto set = set_property(terms, "cpu_overcommit", "0.9");
  ASSERT_FALSE(set);
  EXPECT_THAT(set.error().message, HasSubstr("1 or more"));
}

TEST(UntilTest, ComesWithOrWithoutMicrosecondsOrNever) {
  EXPECT_EQ(*parse_until("2026-12-31T18:00:00Z"), *parse_until("2026-12-31T18:00:00.000000Z"));
  EXPECT_EQ(*parse_until("never"), std::nullopt);
  for (const char* text : {"", "2026-12-31", "2026-13-01T00:00:00Z", "2026-12-31T18:00:00"})
    EXPECT_FALSE(parse_until(text)) << text;
}

TEST(BandwidthTest, HasAUnit) {
  EXPECT_EQ(*parse_bandwidth("100Mbit"), 100);
  EXPECT_EQ(*parse_bandwidth("1.5Gbit"), 1500);
  EXPECT_EQ(*parse_bandwidth("500kbit"), 0.5);
  EXPECT_EQ(*parse_bandwidth("0.001kbit"), 1e-6);
  for (const char* text : {"", "100", "0Mbit", "Mbit", "100MB", "-1Mbit", "1e30Gbit", "0.0009kbit"})
    EXPECT_FALSE(parse_bandwidth(text)) << text;
}

}  // namespace
}  // namespace attune::model
