// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::events {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

workflow::Event read(std::string_view line) {
  auto event = parse_event_line(line);
  EXPECT_TRUE(event) << line << ": " << event.error().why;
  return event.value_or(workflow::Event{});
}

Rejection refused(std::string_view line) {
  auto event = parse_event_line(line);
  EXPECT_FALSE(event) << line;
  return event ? Rejection{} : event.error();
}

TEST(EventLine, HasAnEventAComponentAndValues) {
  const auto event = read("cpu_high vm1 cpu=97% cleared=true");
  EXPECT_EQ(event.name, "cpu_high");
  EXPECT_EQ(event.component, "vm1");
  EXPECT_THAT(event.values, ElementsAre(Pair("cpu", "97%"), Pair("cleared", "true")));
}

TEST(EventLine, MayHaveNoValues) {
  EXPECT_THAT(read("tick vm1").values, IsEmpty());
}

TEST(EventLine, MayHaveNoComponent) {
  EXPECT_EQ(read("night -").component, "");
}

TEST(EventLine, TakesBlanksAndTabsAnywhereBetweenWords) {
  const auto event = read("  cpu_high\tvm1   cpu=97%  ");
  EXPECT_EQ(event.component, "vm1");
  EXPECT_THAT(event.values, ElementsAre(Pair("cpu", "97%")));
}

TEST(EventLine, QuotesHoldBlanksQuotesAndBackslashes) {
  const auto event = read(R"(said vm1 text="a \"b\" c:\\d" empty="" more=)");
  EXPECT_THAT(event.values, ElementsAre(Pair("text", R"(a "b" c:\d)"), Pair("empty", ""), Pair("more", "")));
}

TEST(EventLine, ABackslashOutsideQuotesIsItself) {
  EXPECT_THAT(read(R"(said vm1 path=c:\d)").values, ElementsAre(Pair("path", R"(c:\d)")));
}

TEST(EventLine, AValueMayHoldAnEqualsSign) {
  EXPECT_THAT(read("said vm1 a=b=c").values, ElementsAre(Pair("a", "b=c")));
}

TEST(EventLine, MayBeUnicode) {
  EXPECT_THAT(read("said vm1 text=zu_heiß").values, ElementsAre(Pair("text", "zu_heiß")));
}

TEST(EventLine, SaysWhatIsMalformed) {
  EXPECT_THAT(refused("").why, HasSubstr("the event's name was expected first"));
  EXPECT_THAT(refused("cpu_high").why, HasSubstr("the component's name was expected second"));
  EXPECT_THAT(refused("cpu!high vm1").why, HasSubstr("the event's name"));
  EXPECT_THAT(refused("cpu_high vm1 cpu").why, HasSubstr("key=value was expected at byte 14"));
  EXPECT_THAT(refused("cpu_high vm1 =97").why, HasSubstr("key=value was expected at byte 14"));
  EXPECT_THAT(refused("cpu_high vm1 cpu=1 cpu=2").why, HasSubstr("'cpu' stands twice"));
  for (const char* quotes :
       {R"(a b c=")", R"(a b c="d)", R"(a b c="d"e)", R"(a b c=d"e")", R"(a b c="\n")", R"(a b c="\)"})
    EXPECT_THAT(refused(quotes).why, HasSubstr("the value of 'c' has wrong quotes")) << quotes;
  EXPECT_EQ(refused("cpu_high").fault, Fault::kMalformed);
}

TEST(EventLine, RefusesBinaryRubbish) {
  for (const std::string_view rubbish :
       {std::string_view("a b c=\0", 7), std::string_view("a b c=\x1b[2J"), std::string_view("a b c=\xff"),
        std::string_view("\x7f"
                         "ELF")})
    EXPECT_EQ(refused(rubbish).fault, Fault::kBinary);
}

TEST(EventLine, IsAtMostWhatAPipeTakesInOnePiece) {
  const std::string most = "a b c=" + std::string(kMaxLine - 7, 'x');  // and its end
  EXPECT_TRUE(parse_event_line(most));
  EXPECT_EQ(refused(most + "x").fault, Fault::kTooLong);
}

TEST(EventLine, IsWrittenAsItReads) {
  for (const char* line :
       {"cpu_high vm1 cpu=97%", "night -", R"(said vm1 text="a \"b\" \\" path="c:\\d" e=)"})
    EXPECT_EQ(to_line(read(line)), line);
}

}  // namespace
}  // namespace attune::events
