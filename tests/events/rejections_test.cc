// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/rejections.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::events {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class KeptLog final : public Log {
 public:
  void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

TEST(Rejections, AreCountedEachAndLoggedOnceForAKindAndSender) {
  KeptLog log;
  Rejections rejections(log);
  for (int i = 0; i < 5; ++i) rejections.add({Fault::kMalformed, "why"}, "pipe", "rubbish");
  rejections.add({Fault::kMalformed, "why"}, "probe1", "rubbish");
  rejections.add({Fault::kBinary, "why"}, "pipe", "rubbish");
  EXPECT_EQ(rejections.count(Fault::kMalformed), 6u);
  EXPECT_EQ(rejections.count(Fault::kBinary), 1u);
  EXPECT_EQ(rejections.count(Fault::kTooLong), 0u);
  EXPECT_EQ(rejections.total(), 7u);
  ASSERT_THAT(log.lines, SizeIs(3));
  EXPECT_THAT(log.lines[0], HasSubstr("event from pipe not taken (malformed: why): rubbish"));
}

TEST(Rejections, RememberABoundedNumberOfSenders) {
  KeptLog log;
  Rejections rejections(log);
  for (size_t i = 0; i < 5000; ++i) rejections.add({Fault::kMalformed, "why"}, std::to_string(i), "x");
  EXPECT_THAT(log.lines, SizeIs(Rejections::kMaxSenders));
  EXPECT_EQ(rejections.total(), 5000u);
}

TEST(Rejections, ShowTheFrontOfALongLine) {
  KeptLog log;
  Rejections rejections(log);
  rejections.add({Fault::kTooLong, "why"}, "pipe", std::string(5000, 'x'));
  EXPECT_LT(log.lines.at(0).size(), 300u);
}

}  // namespace
}  // namespace attune::events
