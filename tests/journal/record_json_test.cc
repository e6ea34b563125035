// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/record_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/utf8.h"
#include "tests/journal/random_record.h"

namespace attune::journal {
namespace {

using testing::HasSubstr;
using workflow::Record;

Record at_noon(uint64_t sequence, decltype(Record::what) what) {
  return {sequence, WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026} + std::chrono::hours(12)),
          std::move(what)};
}

class EveryKind : public testing::TestWithParam<size_t> {};

TEST_P(EveryKind, ReadsBackAsItWasWritten) {
  RandomRecord random(static_cast<uint32_t>(GetParam()));
  for (uint64_t i = 1; i <= 500; ++i) {
    const std::string written = to_json(random.make(i, GetParam()));
    ASSERT_TRUE(is_utf8(written)) << written;
    ASSERT_EQ(written.find('\n'), std::string::npos) << written;
    const auto read = record_from_json(written);
    ASSERT_TRUE(read) << read.error().message << "\n" << written;
    EXPECT_EQ(read->what.index(), GetParam());
    ASSERT_EQ(to_json(*read), written);  // every field stands in it
  }
}

TEST_P(EveryKind, ReadsTheSameWhereItIsWrittenOtherwise) {
  RandomRecord random(static_cast<uint32_t>(GetParam()) + 100);
  for (uint64_t i = 1; i <= 200; ++i) {
    const std::string written = to_json(random.make(i, GetParam()));
    const auto read = record_from_json("{ " + written.substr(1));
    ASSERT_TRUE(read) << read.error().message << "\n" << written;
    ASSERT_EQ(to_json(*read), to_json(*record_from_json(written)));
  }
}

TEST_P(EveryKind, RefusesTextThatIsCut) {
  RandomRecord random(7);
  const std::string written = to_json(random.make(1, GetParam()));
  for (size_t length = 0; length < written.size(); ++length)
    EXPECT_FALSE(record_from_json(written.substr(0, length))) << written.substr(0, length);
}

INSTANTIATE_TEST_SUITE_P(RecordJson, EveryKind, testing::Range(size_t{0}, RandomRecord::kKinds));

TEST(RecordJson, HasTheDocumentedForm) {
  EXPECT_EQ(to_json(at_noon(12, workflow::RunStarted{7, 3, "cpu_high", "vm1"})),
            R"({"sequence":12,"at":"2026-05-04T12:00:00.000000Z","kind":"run-started","run":7,"event":3,)"
            R"("diagram":"cpu_high","subject":"vm1"})");
  EXPECT_EQ(
      to_json(at_noon(
          13, workflow::SystemChanged{7, system::AttributeSet{2, "memory", model::Size{134217728}}, ""})),
      R"({"sequence":13,"at":"2026-05-04T12:00:00.000000Z","kind":"system-changed","run":7,)"
      R"("change":{"kind":"attribute","component":2,"attribute":"memory",)"
      R"("value":{"type":"Size","value":134217728}},"by":""})");
}

TEST(RecordJson, WhatWasBoundBehindAllOthersIsWrittenAsEver) {
  const auto written = [](system::Change change) {
    return to_json(at_noon(1, workflow::SystemChanged{7, std::move(change), ""}));
  };
  EXPECT_NE(
      written(system::Bound{1, "workers", 2}).find(R"({"kind":"bound","from":1,"role":"workers","to":2})"),
      std::string::npos);
  EXPECT_NE(written(system::Bound{1, "workers", 2, 3}).find(R"("to":2,"before":3})"), std::string::npos);
}

TEST(RecordJson, KeepsFieldsThatComparisonSees) {
  const Record record =
      at_noon(1, workflow::CallEnded{4, 2, workflow::CallLost{"the link broke"}, Duration(5)});
  const auto read = record_from_json(to_json(record));
  ASSERT_TRUE(read);
  const auto& ended = std::get<workflow::CallEnded>(read->what);
  EXPECT_EQ(read->at, record.at);
  EXPECT_EQ(ended.call, 4u);
  EXPECT_EQ(std::get<workflow::CallLost>(ended.outcome).why, "the link broke");
  EXPECT_EQ(ended.took, Duration(5));
}

TEST(RecordJson, ReplacesBytesThatAreNotUtf8) {
  const std::string written = to_json(at_noon(1, workflow::Alerted{1, "a\xff\xc3z", "vm1"}));
  EXPECT_THAT(written, HasSubstr("\"a\xef\xbf\xbd\xef\xbf\xbdz\""));
}

TEST(RecordJson, SaysWhatIsWrong) {
  const auto message = [](std::string_view text) { return record_from_json(text).error().message; };
  EXPECT_EQ(message("nonsense"), "not JSON");
  EXPECT_EQ(message("[]"), "a JSON object was expected");
  EXPECT_EQ(message("{}"), "'sequence' is missing");
  EXPECT_EQ(message(R"({"sequence":-1})"), "'sequence': the number is out of range");
  EXPECT_EQ(message(R"({"sequence":1,"at":"x","kind":"manager-stopped","why":""})"),
            "'at': 'x' is not a time like 2026-05-04T12:00:31.000042Z");
  EXPECT_EQ(message(R"({"sequence":1,"at":"x","kind":"run-waits","run":1,"why":5})"),
            "'why': a text was expected");
}

TEST(RecordJson, TellsANewerKindFromDamage) {
  const auto read = record_from_json(R"({"sequence":1,"at":"2026-05-04T12:00:00.000000Z","kind":"dreamt"})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(read.error().message, HasSubstr("a newer version may have written it"));
}

// The quick reader takes no number that the other refuses: of what it cannot read, that one says what is
// wrong.
TEST(RecordJson, RefusesNumbersThatAreNotJson) {
  const auto with = [](std::string_view number) {
    return record_from_json(
        R"({"sequence":1,"at":"2026-05-04T12:00:00.000000Z","kind":"system-changed","run":0,"change":)"
        R"({"kind":"attribute","component":1,"attribute":"a","value":{"type":"Percent","value":)" +
        std::string(number) + R"(}},"by":""})");
  };
  for (const char* number : {".25", "-.25", "1.", "01", "-01.5", "-", "1e", "+1", "0x1"})
    EXPECT_FALSE(with(number)) << number;
  for (const char* number : {"0.25", "-0.25", "0", "1e3", "1.5e-3"}) EXPECT_TRUE(with(number)) << number;
}

TEST(RecordJson, RefusesListsWithoutEnd) {
  std::string value = R"({"type":"List","value":[]})";
  for (int i = 0; i < 5000; ++i) value = R"({"type":"List","value":[)" + value + "]}";
  const auto read = record_from_json(
      R"({"sequence":1,"at":"2026-05-04T12:00:00.000000Z","kind":"system-changed","run":0,"change":)"
      R"({"kind":"attribute","component":1,"attribute":"a","value":)" +
      value + R"(},"by":""})");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("too deep"));
}

}  // namespace
}  // namespace attune::journal
