// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/value.h"

#include <limits>

#include <gtest/gtest.h>

namespace attune::model {
namespace {

using std::chrono::milliseconds;

Value parsed(Type type, std::string_view text) {
  auto value = parse_value(type, text);
  EXPECT_TRUE(value.has_value()) << text << ": " << value.error().message;
  return value ? *value : Value();
}

std::string refusal(Type type, std::string_view text) {
  auto value = parse_value(type, text);
  EXPECT_FALSE(value.has_value()) << text << " was read as " << to_text(*value);
  if (value) return {};
  EXPECT_EQ(value.error().code, ErrorCode::kInvalid);
  return value.error().message;
}

// What it is written as after reading; reading that again must give the same value.
std::string again(Type type, std::string_view text) {
  const Value value = parsed(type, text);
  EXPECT_EQ(value.type(), type);
  const std::string written = to_text(value);
  EXPECT_EQ(parsed(type, written), value) << text << " -> " << written;
  return written;
}

TEST(Value, TypeNamesAreFoundAgain) {
  for (const Type type : {Type::kString, Type::kInteger, Type::kFloat, Type::kBool, Type::kPercent,
                          Type::kSize, Type::kDuration, Type::kList, Type::kSecret}) {
    EXPECT_EQ(find_type(name_of(type)), type);
  }
  EXPECT_EQ(find_type("string"), std::nullopt);
}

TEST(Value, ReadsWhatTheLanguagesWrite) {
  EXPECT_EQ(parsed(Type::kString, " a b "), Value(std::string(" a b ")));
  EXPECT_EQ(parsed(Type::kInteger, "-42"), Value(int64_t{-42}));
  EXPECT_EQ(parsed(Type::kFloat, "3.5"), Value(3.5));
  EXPECT_EQ(parsed(Type::kFloat, "3"), Value(3.0));
  EXPECT_EQ(parsed(Type::kBool, "true"), Value(true));
  EXPECT_EQ(parsed(Type::kPercent, "80%"), Value(Percent{80}));
  EXPECT_EQ(parsed(Type::kSize, "128MiB"), Value(Size{134217728}));
  EXPECT_EQ(parsed(Type::kDuration, "500ms"), Value(Duration(milliseconds(500))));
  EXPECT_EQ(parsed(Type::kList, "a, b,c"), Value(List{std::string("a"), std::string("b"), std::string("c")}));
}

TEST(Value, OfASecretIsItsSource) {
  EXPECT_EQ(parsed(Type::kSecret, "env:DB"), Value(Secret{"env:DB"}));
  EXPECT_EQ(again(Type::kSecret, "/run/keys/db"), "/run/keys/db");
  EXPECT_EQ(refusal(Type::kSecret, "hunter2").find("hunter2"), std::string::npos);
  EXPECT_FALSE(is_assignable(Type::kString, Type::kSecret));
  EXPECT_FALSE(is_assignable(Type::kSecret, Type::kString));
}

TEST(Value, PercentNeedsNoSignSoThatProbesMayWritePlainNumbers) {
  EXPECT_EQ(parsed(Type::kPercent, "97.5"), Value(Percent{97.5}));
}

TEST(Value, EveryUnitOfSizeCounts) {
  const std::pair<std::string_view, int64_t> cases[] = {
      {"1B", 1},           {"1kB", 1000},          {"1MB", 1000000},
      {"1GB", 1000000000}, {"1TB", 1000000000000}, {"1KiB", 1024},
      {"1MiB", 1048576},   {"1GiB", 1073741824},   {"1TiB", 1099511627776},
      {"1.5KiB", 1536},    {"0.50kB", 500},        {"-2B", -2}};
  for (const auto& [text, bytes] : cases) EXPECT_EQ(parsed(Type::kSize, text), Value(Size{bytes})) << text;
}

TEST(Value, EveryUnitOfDurationCounts) {
  const std::pair<std::string_view, int64_t> cases[] = {{"1ns", 1},
                                                        {"1us", 1000},
                                                        {"1ms", 1000000},
                                                        {"1s", 1000000000},
                                                        {"1min", 60000000000},
                                                        {"1h", 3600000000000},
                                                        {"1d", 86400000000000},
                                                        {"1.5s", 1500000000}};
  for (const auto& [text, count] : cases)
    EXPECT_EQ(parsed(Type::kDuration, text), Value(Duration(count))) << text;
}

TEST(Value, IsWrittenInTheShortestWholeUnits) {
  EXPECT_EQ(again(Type::kSize, "131072KiB"), "128MiB");
  EXPECT_EQ(again(Type::kSize, "1500MB"), "1500MB");
  EXPECT_EQ(again(Type::kSize, "1025B"), "1025B");
  EXPECT_EQ(again(Type::kSize, "0MiB"), "0B");
  EXPECT_EQ(again(Type::kDuration, "1000ms"), "1s");
  EXPECT_EQ(again(Type::kDuration, "0.5s"), "500ms");
  EXPECT_EQ(again(Type::kDuration, "0ms"), "0s");
  EXPECT_EQ(again(Type::kDuration, "24h"), "1d");
  EXPECT_EQ(again(Type::kPercent, "80.0%"), "80%");
  EXPECT_EQ(again(Type::kList, "a , b"), "a,b");
  EXPECT_EQ(again(Type::kList, ""), "");
}

TEST(Value, ExtremesSurviveWritingAndReading) {
  EXPECT_EQ(again(Type::kInteger, "-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(again(Type::kSize, "9223372036854775807B"), "9223372036854775807B");
  EXPECT_EQ(again(Type::kSize, "-9223372036854775808B"), "-8388608TiB");
  EXPECT_EQ(again(Type::kDuration, "-9223372036854775808ns"), "-9223372036854775808ns");
  EXPECT_EQ(again(Type::kFloat, "0.1"), "0.1");
  again(Type::kFloat, "1.7976931348623157e308");
  again(Type::kFloat, "0.30000000000000004");
}

TEST(Value, OverflowIsRefused) {
  EXPECT_EQ(refusal(Type::kInteger, "9223372036854775808"),
            "'9223372036854775808' is too large for an Integer");
  EXPECT_EQ(refusal(Type::kSize, "9000000TiB"), "'9000000TiB' is too large for a Size");
  EXPECT_EQ(refusal(Type::kDuration, "106752d"), "'106752d' is too large for a Duration");
  EXPECT_EQ(refusal(Type::kSize, "99999999999999999999999B"),
            "'99999999999999999999999B' is too large for a Size");
  EXPECT_EQ(refusal(Type::kFloat, "1e999"), "'1e999' is too large for a Float");
}

TEST(Value, RefusalSaysWhatWasExpected) {
  EXPECT_EQ(refusal(Type::kInteger, "4.2"), "'4.2' is not an Integer: expected a whole number such as 42");
  EXPECT_EQ(refusal(Type::kBool, "yes"), "'yes' is not a Bool: expected true or false");
  EXPECT_EQ(refusal(Type::kPercent, "80 %%"),
            "'80 %%' is not a Percent: expected a number and '%', such as 80%");
  EXPECT_EQ(
      refusal(Type::kSize, "128"),
      "'128' is not a Size: expected a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 128MiB");
  EXPECT_EQ(refusal(Type::kDuration, "10m"),
            "'10m' is not a Duration: expected a number and ns, us, ms, s, min, h or d, such as 30s");
  EXPECT_EQ(refusal(Type::kSize, "1.3B"), "'1.3B' is not a Size: expected a whole number of B");
}

TEST(Value, RubbishIsRefused) {
  for (const Type type :
       {Type::kInteger, Type::kFloat, Type::kBool, Type::kPercent, Type::kSize, Type::kDuration}) {
    for (const std::string_view text :
         {"", " ", "-", ".", "1.", ".5s", "nan", "inf", "--1s", "1 2", "0x10", "MiB"}) {
      refusal(type, text);
    }
  }
}

TEST(Value, AnIntegerStandsForAFloatOrPercentOnly) {
  EXPECT_TRUE(is_assignable(Type::kInteger, Type::kFloat));
  EXPECT_TRUE(is_assignable(Type::kInteger, Type::kPercent));
  EXPECT_TRUE(is_assignable(Type::kSize, Type::kSize));
  EXPECT_FALSE(is_assignable(Type::kInteger, Type::kSize));
  EXPECT_FALSE(is_assignable(Type::kFloat, Type::kInteger));
}

}  // namespace
}  // namespace attune::model
