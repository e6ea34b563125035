// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/tokens.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/control/bearer.h"
#include "runtime/control/refusal_log.h"
#include "runtime/control/token_file.h"
#include "tests/support/temp_dir.h"

namespace attune::control {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What is written to the log.
class Lines final : public Log {
 public:
  void write(LogLevel, std::string_view line) override { all.emplace_back(line); }
  std::vector<std::string> all;
};

TEST(Tokens, AreKnownByTheirHash) {
  const auto alice = make_token(Role::kAdminister, "alice"), prometheus = make_token(Role::kLook, "prom-1");
  ASSERT_TRUE(alice);
  ASSERT_TRUE(prometheus);
  const auto tokens =
      Tokens::parse("# who may come in\n\n" + alice->line + "\r\n  " + prometheus->line + "\n");
  ASSERT_TRUE(tokens) << tokens.error().message;
  ASSERT_TRUE(tokens->find(alice->token));
  EXPECT_EQ(tokens->find(alice->token)->name, "alice");
  EXPECT_EQ(tokens->find(alice->token)->role, Role::kAdminister);
  EXPECT_EQ(tokens->find(prometheus->token)->role, Role::kLook);
  EXPECT_FALSE(tokens->find(""));
  EXPECT_FALSE(tokens->find(alice->token + "x"));
  EXPECT_FALSE(tokens->find(alice->line));
}

TEST(Tokens, AreNeverMadeTwice) {
  const auto one = make_token(Role::kLook, "x"), other = make_token(Role::kLook, "x");
  EXPECT_NE(one->token, other->token);
  EXPECT_EQ(one->token.size(), std::string("attune_").size() + 43);
  EXPECT_THAT(one->line, Not(HasSubstr(one->token)));
}

TEST(Tokens, SayWhichLineIsWrongWithoutQuotingIt) {
  const std::string hash(64, 'a');
  const std::pair<std::string, std::string> wrong[] = {
      {"root x " + hash, "line 1: the role is none of"},
      {"look x\n", "line 1: behind the name"},
      {"look x attune_secret", "line 1: behind the name"},
      {"\nlook x " + hash + " more", "line 2: behind the name"},
      {"look a@b " + hash, "line 1: the name is not"},
      {"look " + std::string(65, 'x') + " " + hash, "line 1: the name is not"},
      {"look x " + hash.substr(1) + "g", "line 1: behind the name"}};
  for (const auto& [text, message] : wrong) {
    const auto read = Tokens::parse(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(message));
    EXPECT_THAT(read.error().message, Not(HasSubstr("secret")));
  }
}

class TokenFileTest : public ::testing::Test {
 protected:
  void write(const std::string& text) {
    const std::string next = path_ + ".new";
    std::ofstream(next) << text;
    std::filesystem::permissions(next, std::filesystem::perms(0640));
    std::filesystem::rename(next, path_);
  }
  const test::TempDir folder_;
  const std::string path_ = folder_ / "tokens";
  Lines log_;
  const NewToken one_ = *make_token(Role::kLook, "one"), two_ = *make_token(Role::kOperate, "two");
};

TEST_F(TokenFileTest, IsReadAgainWhenItHasChanged) {
  write(one_.line);
  auto file = TokenFile::open(path_, log_);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->find(one_.token));
  EXPECT_FALSE(file->find(two_.token));
  write(two_.line);
  EXPECT_FALSE(file->find(one_.token));
  EXPECT_TRUE(file->find(two_.token));
}

TEST_F(TokenFileTest, OpensNothingWhileItIsWrong) {
  write(one_.line);
  auto file = TokenFile::open(path_, log_);
  write(one_.line + "\nnonsense");
  EXPECT_FALSE(file->find(one_.token));
  EXPECT_FALSE(file->find(one_.token));
  ASSERT_EQ(log_.all.size(), 1u);
  EXPECT_THAT(log_.all[0], HasSubstr("nobody comes in"));
  std::filesystem::remove(path_);
  EXPECT_FALSE(file->find(one_.token));
  write(one_.line);
  EXPECT_TRUE(file->find(one_.token));
}

TEST_F(TokenFileTest, IsRefusedWhereOthersMayReadOrWriteIt) {
  write(one_.line);
  for (const unsigned mode : {0644u, 0602u, 0620u}) {
    std::filesystem::permissions(path_, std::filesystem::perms(mode));
    const auto file = TokenFile::open(path_, log_);
    ASSERT_FALSE(file);
    EXPECT_THAT(file.error().message, HasSubstr("chmod 0600 " + path_));
  }
}

TEST(Bearer, IsOneWordOfPlainCharacters) {
  EXPECT_EQ(bearer_of("Bearer abc"), "abc");
  EXPECT_EQ(bearer_of("bEARER   abc"), "abc");
  for (const char* wrong : {"", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "abc", "Bearer a\x01"})
    EXPECT_FALSE(bearer_of(wrong)) << wrong;
  EXPECT_FALSE(bearer_of("Bearer " + std::string(513, 'x')));
}

TEST(RefusalLog, TellsTenAMinuteAndCountsTheRest) {
  Lines log;
  RefusalLog refusals(log);
  const RefusalLog::Time begin{std::chrono::hours(1)};
  for (int i = 0; i < 100; ++i) refusals.add("x", begin);
  EXPECT_EQ(log.all.size(), 10u);
  refusals.add("y", begin + std::chrono::minutes(1));
  EXPECT_EQ(log.all.back(), "y (and 90 more that were not told)");
}

}  // namespace
}  // namespace attune::control
