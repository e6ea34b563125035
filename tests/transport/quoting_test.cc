// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/quoting.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"
#include "tests/transport/run_here.h"

namespace attune::transport {
namespace {

// What a shell makes of the words: each as it gives it to a program, ended by a NUL.
std::string seen_through(std::vector<std::string> shell, const std::string& words) {
  const test::TempDir dir;
  shell.push_back(dir.write("script", "printf '%s\\0' " + words));
  return run_here(std::move(shell)).output;
}

std::string ended_by_nul(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word + '\0';
  return all;
}

class EveryShell : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(EveryShell, GivesBackWordsOfAnyBytes) {
  std::mt19937 random(20080101);  // NOLINT(bugprone-random-generator-seed): the same words each time
  std::uniform_int_distribution<int> byte(1, 255);
  std::uniform_int_distribution<size_t> length(0, 40);
  const std::string special = "'\"\\$`!*?[]{}()<>|&;~#=%^ \t\n\r";
  std::uniform_int_distribution<size_t> pick(0, special.size() - 1);
  std::vector<std::string> words;
  for (int i = 0; i < 1000; ++i) {
    std::string word;
    for (size_t left = length(random); left > 0; --left) {
      word += i % 2 == 0 ? static_cast<char>(byte(random)) : special[pick(random)];
    }
    words.push_back(word);
  }
  EXPECT_EQ(seen_through(GetParam(), shell_words(words)), ended_by_nul(words));
}

TEST_P(EveryShell, GivesBackWordsThatMeanSomethingToIt) {
  const std::vector<std::string> words = {
      "",  "-n",   "$(touch /tmp/no)", "`id`",   "a b", "'", "''", "it's", "\\", "\n",
      "~", "*.cc", "\\'\"$$",          "a'\\''b"};
  EXPECT_EQ(seen_through(GetParam(), shell_words(words)), ended_by_nul(words));
}

INSTANTIATE_TEST_SUITE_P(Shells, EveryShell,
                         testing::Values(std::vector<std::string>{"dash"}, std::vector<std::string>{"bash"},
                                         std::vector<std::string>{"busybox", "sh"}));

TEST(Quoting, LeavesPlainWordsReadable) {
  EXPECT_EQ(shell_word("/usr/bin/app-2.0"), "/usr/bin/app-2.0");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace attune::transport
