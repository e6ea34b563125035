// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/collector.h"

#include <gmock/gmock.h>

#include "tests/traffic/reports.h"

namespace attune::traffic {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

class CollectorTest : public testing::Test {
 protected:
  CollectorTest() { collector_.set_roster(two_hosts(), kStart - 100); }

  Verdict add(Report report) {
    const int64_t digest = digest_of(to_lines(report));
    return collector_.add(std::make_shared<const Report>(std::move(report)), digest);
  }
  // What is settled at so many seconds after the start of period 0.
  std::vector<Joined> settled(int64_t seconds) { return collector_.take_settled(kStart + seconds); }

  Collector collector_;
};

TEST_F(CollectorTest, APeriodIsSettledWhenAllSensorsHaveReported) {
  add(report_of("s1", 0, {count_of(1, {{2, 5}})}));
  EXPECT_THAT(settled(31), IsEmpty());
  add(report_of("s2", 0, {count_of(2, {{1, 7}}), count_of(3)}));
  const auto joined = settled(31);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_TRUE(joined[0].is_settled);
  EXPECT_EQ(messages(joined[0].matrix, "b", "a"), 5);
  EXPECT_EQ(messages(joined[0].matrix, "a", "b"), 7);
  EXPECT_THAT(joined[0].matrix.missing, IsEmpty());
  EXPECT_THAT(settled(200), IsEmpty());
}

TEST_F(CollectorTest, AfterItsWaitAPeriodIsSettledAndSaysWhatIsMissing) {
  add(report_of("s1", 0, {count_of(1, {{2, 5}})}));
  EXPECT_EQ(collector_.next_settle(), kStart + 60);
  EXPECT_THAT(settled(59), IsEmpty());
  const auto joined = settled(60);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_THAT(joined[0].matrix.missing, ElementsAre("b", "c"));
  EXPECT_EQ(joined[0].gaps[0], (Gap{"b", "h2", Why::kNotReported}));
  EXPECT_THAT(joined[0].awaited, ElementsAre("s2"));
}

TEST_F(CollectorTest, ALateReportIsAdded) {
  add(report_of("s1", 0, {count_of(1, {{2, 5}})}));
  settled(60);
  add(report_of("s2", 0, {count_of(2, {{1, 7}}), count_of(3)}));
  const auto joined = settled(100);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_THAT(joined[0].matrix.missing, IsEmpty());
  EXPECT_EQ(messages(joined[0].matrix, "a", "b"), 7);
}

TEST_F(CollectorTest, AReportCountsOnce) {
  const Report report = report_of("s1", 0, {count_of(1, {{2, 5}})});
  EXPECT_EQ(add(report), Verdict::kNew);
  EXPECT_EQ(add(report), Verdict::kRepeated);
  EXPECT_EQ(add(report_of("s1", 0, {count_of(1, {{2, 6}})})), Verdict::kContradicts);
  EXPECT_EQ(messages(settled(60)[0].matrix, ip_of(2), "a"), 5);
}

TEST_F(CollectorTest, TwoPartsOfASensorThatBeganAgainAreSummed) {
  Report one = report_of("s1", 0, {count_of(1, {{2, 5}})}),
         other = report_of("s1", 0, {count_of(1, {{2, 6}})});
  one.is_part = other.is_part = true;
  EXPECT_EQ(add(one), Verdict::kNew);
  EXPECT_EQ(add(other), Verdict::kNew);
  const auto joined = settled(60);
  EXPECT_EQ(messages(joined[0].matrix, ip_of(2), "a"), 11);
  EXPECT_EQ(joined[0].gaps[0], (Gap{"a", "h1", Why::kPart}));
}

TEST_F(CollectorTest, AMachineThatMovesIsCountedOnBothHostsAndNotMissing) {
  Roster after = two_hosts();
  after.interfaces[0].host = "h2";
  collector_.set_roster(after, kStart + 10);
  InterfaceCount before_move = count_of(1, {{2, 5}}), after_move = count_of(1, {{2, 8}});
  before_move.is_part = after_move.is_part = true;
  add(report_of("s2", 0, {after_move, count_of(2), count_of(3)}));
  EXPECT_THAT(settled(31), IsEmpty());
  add(report_of("s1", 0, {before_move}));
  const auto joined = settled(31);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(messages(joined[0].matrix, "b", "a"), 13);
  EXPECT_THAT(joined[0].matrix.missing, IsEmpty());
}

TEST_F(CollectorTest, OfTwoSensorsOnAHostOneCounts) {
  Roster roster = two_hosts();
  roster.sensors.push_back({"s3", "h1"});
  collector_.set_roster(roster, kStart - 50);
  add(report_of("s1", 0, {count_of(1, {{2, 5}})}));
  add(report_of("s3", 0, {count_of(1, {{2, 6}})}));
  add(report_of("s2", 0, {count_of(2), count_of(3)}));
  EXPECT_EQ(messages(settled(31)[0].matrix, "b", "a"), 6);
}

TEST_F(CollectorTest, ASensorThatHasLeftIsNotAwaited) {
  Roster roster = two_hosts();
  roster.sensors.pop_back();
  collector_.set_roster(roster, kStart + 5);
  add(report_of("s1", 0, {count_of(1)}));
  const auto joined = settled(31);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_THAT(joined[0].matrix.missing, ElementsAre("b", "c"));
}

TEST_F(CollectorTest, AHostWithoutASensorLeavesItsMachinesMissing) {
  Roster roster = two_hosts();
  roster.sensors.pop_back();
  collector_.set_roster(roster, kStart - 50);
  add(report_of("s1", 0, {count_of(1)}));
  EXPECT_EQ(settled(31)[0].gaps[0], (Gap{"b", "h2", Why::kNoSensor}));
}

TEST_F(CollectorTest, AMachineThatItsSensorDoesNotSeeIsMissing) {
  add(report_of("s1", 0, {count_of(1)}));
  add(report_of("s2", 0, {count_of(2)}));
  EXPECT_THAT(settled(31)[0].gaps, ElementsAre(Gap{"c", "h2", Why::kNotSeen}));
}

TEST_F(CollectorTest, AMachineThatSentAndHeardNothingIsNotMissing) {
  add(report_of("s1", 0, {{.mac = mac_of(1)}}));
  add(report_of("s2", 0, {{.mac = mac_of(2)}, {.mac = mac_of(3)}}));
  const auto joined = settled(31);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_THAT(joined[0].matrix.missing, IsEmpty());
}

TEST_F(CollectorTest, AMachineThatHasNotSentIsKnownByWhatItsTapDoesNotHide) {
  Roster roster{{{"00:16:3e:00:00:01", "a", "h1"}}, {{"s1", "h1"}}};
  Collector collector;
  collector.set_roster(roster, kStart - 100);
  const auto joined_of = [&](int64_t number, const std::string& mac) {
    InterfaceCount count = count_of(2, {{3, 5}});
    count.mac = mac;
    count.own.clear();
    Report report = report_of("s1", number, {count});
    collector.add(std::make_shared<const Report>(report), digest_of(to_lines(report)));
    return collector.take_settled(period_at(number).end()).at(0);
  };
  const Joined guessed = joined_of(0, "52:16:3e:00:00:01");
  EXPECT_THAT(guessed.matrix.missing, IsEmpty());
  EXPECT_EQ(messages(guessed.matrix, ip_of(3), "a"), 5);
  EXPECT_THAT(joined_of(1, "00:16:3e:00:00:01").matrix.missing, IsEmpty());
  EXPECT_THAT(joined_of(2, "02:16:3e:00:00:01").matrix.missing, ElementsAre("a")) << "it is no guess";
  roster.interfaces.push_back({"02:16:3e:00:00:01", "b", "h1"});
  collector.set_roster(roster, period_at(3).start);
  EXPECT_THAT(joined_of(3, "52:16:3e:00:00:01").matrix.missing, ElementsAre("a", "b")) << "it may be either";
}

TEST_F(CollectorTest, WhatASensorHasLostIsNotAwaited) {
  add(report_of("s1", 0, {count_of(1)}));
  Report next = report_of("s2", 1, {count_of(2), count_of(3)});
  next.lost = 1;
  add(next);
  const auto joined = settled(31);
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_THAT(joined[0].matrix.missing, ElementsAre("b", "c"));
}

TEST_F(CollectorTest, AnAddressOfAnEarlierPeriodStillNamesItsMachine) {
  add(report_of("s2", 0, {count_of(2), count_of(3)}));
  add(report_of("s1", 1, {count_of(1, {{2, 5}})}));
  EXPECT_EQ(messages(settled(90)[1].matrix, "b", "a"), 5);
}

TEST_F(CollectorTest, UnknownAddressesStayOutside) {
  add(report_of("s1", 0, {count_of(1, {{9, 5}})}));
  const auto joined = settled(60);
  const auto outside = find_party(joined[0].matrix, ip_of(9));
  ASSERT_TRUE(outside);
  EXPECT_FALSE(joined[0].matrix.parties[*outside].is_vm);
}

TEST_F(CollectorTest, AnAddressThatTwoMachinesShowIsNobodys) {
  InterfaceCount one = count_of(2), other = count_of(3);
  one.own.push_back(ip_of(9));
  other.own.push_back(ip_of(9));
  add(report_of("s2", 0, {one, other}));
  add(report_of("s1", 0, {count_of(1, {{9, 5}})}));
  EXPECT_EQ(messages(settled(31)[0].matrix, ip_of(9), "a"), 5);
}

TEST_F(CollectorTest, AMachineThatForwardsForOthersGivesWay) {
  InterfaceCount router = count_of(3);
  for (const int machine : {2, 5, 6, 7}) router.own.push_back(ip_of(machine));
  add(report_of("s2", 0, {count_of(2), router}));
  add(report_of("s1", 0, {count_of(1, {{2, 5}})}));
  EXPECT_EQ(messages(settled(31)[0].matrix, "b", "a"), 5);
}

TEST_F(CollectorTest, WhatIsSentToAMachineIsCountedWhereItArrivesAlone) {
  InterfaceCount sender = count_of(1);
  sender.to = {{ip_of(2), 5, 500}, {ip_of(9), 4, 400}};
  add(report_of("s1", 0, {sender}));
  add(report_of("s2", 0, {count_of(2, {{1, 5}}), count_of(3)}));
  const Matrix matrix = settled(31)[0].matrix;
  EXPECT_EQ(messages(matrix, "a", "b"), 5);
  EXPECT_EQ(messages(matrix, "a", ip_of(9)), 4);
}

TEST_F(CollectorTest, TheRestOfManyPeersIsOnePartyOutside) {
  InterfaceCount count = count_of(1);
  count.rest = {100, 200, 300};
  add(report_of("s1", 0, {count}));
  EXPECT_EQ(messages(settled(60)[0].matrix, kRestParty, "a"), 200);
}

TEST_F(CollectorTest, AnotherLengthAndATimeToComeAreRefused) {
  Report report = report_of("s1", 0, {});
  EXPECT_FALSE(collector_.refusal_of(report, kStart + 30));
  EXPECT_TRUE(collector_.refusal_of(report, kStart));
  report.period.seconds = 60;
  EXPECT_TRUE(collector_.refusal_of(report, kStart + 60));
}

TEST_F(CollectorTest, HoldsNoMorePeriodsThanItIsTold) {
  for (int64_t number = 0; number < 100; ++number) add(report_of("s1", number, {count_of(1)}));
  EXPECT_EQ(collector_.find_held(period_at(91)), nullptr);
  EXPECT_NE(collector_.find_held(period_at(92)), nullptr);
  EXPECT_EQ(settled(30 * 110).size(), 100u);
}

TEST(AddressBookTest, AnAddressIsWhoseItWasAtThatTime) {
  AddressBook book;
  book.note("10.0.0.1", mac_of(1), period_at(0));
  book.note("10.0.0.1", mac_of(2), period_at(2));
  book.note("10.0.0.1", mac_of(2), period_at(4));
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(-1)), std::nullopt);
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(1)), mac_of(1));
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(3)), mac_of(2));
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(9)), mac_of(2));
}

TEST(AddressBookTest, AtTheSameTimeItIsNobodysUntilOneHasItAlone) {
  AddressBook book;
  book.note("10.0.0.1", mac_of(1), period_at(0));
  book.note("10.0.0.1", mac_of(2), period_at(0));
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(0)), std::nullopt);
  book.note("10.0.0.1", mac_of(2), period_at(1));
  EXPECT_EQ(book.find_mac("10.0.0.1", period_at(2)), mac_of(2));
}

TEST(AddressBookTest, WhatEveryMachineHasIsNobodys) {
  AddressBook book;
  for (const char* address : {"0.0.0.0", "::", "127.0.0.1", "::1", "ff02::1", "224.0.0.1"})
    EXPECT_FALSE(book.note(address, mac_of(1), period_at(0))) << address;
  EXPECT_TRUE(book.note("fe80::1", mac_of(1), period_at(0)));
}

TEST(AddressBookTest, IsBounded) {
  AddressBook book;
  for (size_t i = 0; i < AddressBook::kMaxAddresses + 5000; ++i)
    book.note(
        canonical_address("fd00::" + std::to_string(i % 10000) + ":" + std::to_string(i / 10000)).value(),
        mac_of(1), period_at(static_cast<int64_t>(i)));
  EXPECT_LE(book.size(), AddressBook::kMaxAddresses);
}

TEST(RosterTest, WrittenItReadsTheSame) {
  EXPECT_EQ(parse_roster(to_text(two_hosts())).value(), two_hosts());
  EXPECT_FALSE(parse_roster("vm 52:54:00:00:00:01 a\n"));
  EXPECT_FALSE(parse_roster("sensor s1 h1"));
}

}  // namespace
}  // namespace attune::traffic
