// SPDX-License-Identifier: Apache-2.0
// A component's directory is replaced by another archive's content, and that is broken off with both
// directories there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/deploy/deploy_fixture.h"

namespace attune::deploy {
namespace {

class ReplacementTest : public DeployTest {
 protected:
  // app1 had the old archive, wrote a file of its own, and got the new one: all but the last steps.
  ReplacementTest() {
    dir_.write("first/only_first", "1");
    dir_.write("first/settings", "a=1\n");
    dir_.write("second/settings", "a=2\n");
    first_ = pack("first.tar.gz", "first");
    second_ = pack("second.tar.gz", "second");
    EXPECT_TRUE(deploy("app1", first_));
    std::ofstream(place("app1") / "data") << "precious";
    EXPECT_TRUE(deploy("other", second_));
    std::filesystem::rename(place("app1"), place(".app1.old"));
    std::filesystem::copy(place("other"), place("app1"), std::filesystem::copy_options::recursive);
    std::filesystem::copy(record("other"), record("app1.pending"));
  }
  std::filesystem::path record(const std::string& name) const {
    return std::filesystem::path(dirlocal_) / "deployed" / name;
  }
  bool exists(const std::string& below) const { return std::filesystem::exists(place(below)); }

  std::string first_, second_;
};

TEST_F(ReplacementTest, GoesOnWithWhatOthersPutThere) {
  const End end = deploy("app1", second_);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(read(place("app1") / "data"), "precious");
  EXPECT_EQ(read(place("app1") / "settings"), "a=2\n");
  EXPECT_FALSE(exists("app1/only_first"));
  EXPECT_FALSE(exists(".app1.old"));
  EXPECT_FALSE(std::filesystem::exists(record("app1.pending")));
  EXPECT_EQ(read(record("app1")).find("only_first"), std::string::npos);
}

TEST_F(ReplacementTest, IsNotTakenForTheFormerContent) {
  const End end = deploy("app1", first_);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_FALSE(end->was_there);
  EXPECT_EQ(read(place("app1") / "settings"), "a=1\n");
  EXPECT_EQ(read(place("app1") / "only_first"), "1");
  EXPECT_EQ(read(place("app1") / "data"), "precious");
}

TEST_F(ReplacementTest, IsUndeployedButForWhatOthersPutThere) {
  EXPECT_EQ(undeploy("app1").files_left, 1U);
  EXPECT_EQ(read(place("app1") / "data"), "precious");
  EXPECT_FALSE(exists("app1/settings"));
  EXPECT_FALSE(exists(".app1.old"));
}

TEST_F(ReplacementTest, GoesOnAsWellWhereTheRecordIsInItsPlace) {
  std::filesystem::rename(record("app1.pending"), record("app1"));
  const End end = deploy("app1", second_);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(read(place("app1") / "data"), "precious");
  EXPECT_FALSE(exists(".app1.old"));
}

}  // namespace
}  // namespace attune::deploy
