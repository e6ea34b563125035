// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/entry_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::deploy {
namespace {

using testing::HasSubstr;

class Entries : public testing::Test {
 protected:
  bool accepts(std::string_view path, EntryKind kind = EntryKind::kFile, std::string_view target = {}) {
    const Result<void> added = check_.add(path, kind, target);
    why_ = added ? "" : added.error().message;
    return added.has_value();
  }
  bool links(std::string_view path, std::string_view target) {
    return accepts(path, EntryKind::kSymlink, target);
  }

  EntryCheck check_;
  std::string why_;
};

TEST_F(Entries, StayInside) {
  EXPECT_TRUE(accepts("./", EntryKind::kDirectory));
  EXPECT_TRUE(accepts("./a", EntryKind::kDirectory));
  EXPECT_TRUE(accepts("a/b..c/...d"));
  EXPECT_TRUE(links("a/up", "../other"));
  EXPECT_TRUE(links("a/b/here", "."));
  EXPECT_TRUE(accepts("a/hard", EntryKind::kHardlink, "./a/b..c/...d"));
}

TEST_F(Entries, WithAbsolutePathsAreRefused) {
  EXPECT_FALSE(accepts("/etc/passwd"));
  EXPECT_THAT(why_, HasSubstr("its entry '/etc/passwd' has an absolute path"));
}

TEST_F(Entries, ThatClimbAreRefused) {
  EXPECT_FALSE(accepts("../x"));
  EXPECT_FALSE(accepts("a/../../x"));
  EXPECT_FALSE(accepts("a/.."));
}

TEST_F(Entries, ThatLinkOutsideAreRefused) {
  EXPECT_FALSE(links("a", "/etc"));
  EXPECT_FALSE(links("a", ".."));
  EXPECT_FALSE(links("a/b", "../../x"));
  EXPECT_FALSE(links("a", ""));
  EXPECT_THAT(why_, HasSubstr("is a link that leaves"));
}

TEST_F(Entries, ThatLinkOutsideByWayOfALinkAreRefused) {
  EXPECT_TRUE(links("deep/self", "."));
  EXPECT_FALSE(links("way", "deep/self/../../x"));
}

TEST_F(Entries, BelowALinkAreRefused) {
  EXPECT_TRUE(links("a", "b"));
  EXPECT_FALSE(accepts("a/x"));
  EXPECT_THAT(why_, HasSubstr("lies below a link"));
}

TEST_F(Entries, ThatTurnADirectoryIntoALinkAreRefused) {
  EXPECT_TRUE(accepts("a/x"));
  EXPECT_FALSE(links("a", "b"));
  EXPECT_FALSE(accepts("a/x", EntryKind::kDirectory));
}

TEST_F(Entries, HardLinksGoToFilesBeforeThem) {
  EXPECT_FALSE(accepts("h", EntryKind::kHardlink, "/etc/passwd"));
  EXPECT_FALSE(accepts("h", EntryKind::kHardlink, "../x"));
  EXPECT_TRUE(links("l", "x"));
  EXPECT_FALSE(accepts("h", EntryKind::kHardlink, "l"));
}

TEST_F(Entries, WithPathsThatNoHostTakesAreRefusedAtOnce) {
  std::string deep;
  for (int i = 0; i < 500'000; ++i) deep += "x/";
  EXPECT_FALSE(accepts(deep));
  EXPECT_THAT(why_, HasSubstr("too long"));
  EXPECT_FALSE(links("l", deep));
}

TEST_F(Entries, OfOtherKindsAreRefused) {
  EXPECT_FALSE(accepts("dev/null", EntryKind::kOther));
  EXPECT_FALSE(accepts("line\nbreak"));
  EXPECT_FALSE(accepts(""));
  EXPECT_FALSE(accepts("./"));
}

// Names of plain headers, as a tar sees them that does not know the extended ones.
TEST_F(Entries, ThatMayBeCutMayMeetButNotLeaveOrGoThroughALink) {
  check_ = EntryCheck(Names::kMayBeCut);
  EXPECT_TRUE(accepts("long", EntryKind::kDirectory));
  EXPECT_TRUE(accepts("long"));
  EXPECT_TRUE(accepts("long/a"));
  EXPECT_TRUE(accepts("hard", EntryKind::kHardlink, "not/known"));
  EXPECT_TRUE(links("d/l", ".."));
  EXPECT_TRUE(accepts("d/l"));
  EXPECT_FALSE(accepts("d/l/m"));
  EXPECT_FALSE(accepts("m", EntryKind::kHardlink, "d/l")) << "it would climb out there";
  EXPECT_TRUE(accepts("e/l", EntryKind::kHardlink, "d/l"));
  EXPECT_FALSE(accepts("e/l/m"));
  EXPECT_FALSE(accepts("m", EntryKind::kHardlink, "e/l"));
  EXPECT_FALSE(accepts("m", EntryKind::kHardlink, "d/l/m"));
  EXPECT_FALSE(accepts("m", EntryKind::kHardlink, "d/../../m"));
  EXPECT_FALSE(links("out", "/etc"));
  EXPECT_FALSE(accepts("../out"));
}

}  // namespace
}  // namespace attune::deploy
