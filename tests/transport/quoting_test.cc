// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/quoting.h"

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune::transport {
namespace {

// What a shell makes of the words: each as it gives it to a program, ended by a NUL.
std::string seen_through(const std::string& shell, const std::string& quoted_words) {
  const test::TempDir dir;
  const std::string script = dir.write("script", "printf '%s\\0' " + quoted_words);
  FILE* pipe = ::popen((shell + " " + script).c_str(), "r");
  std::string seen;
  std::array<char, 4096> bytes;
  size_t count = 0;
  while ((count = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0) seen.append(bytes.data(), count);
  ::pclose(pipe);
  return seen;
}

std::string ended_by_nul(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word + '\0';
  return all;
}

class EveryShell : public testing::TestWithParam<const char*> {};

TEST_P(EveryShell, GivesBackWordsOfAnyBytes) {
  std::mt19937 random(20080101);
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

INSTANTIATE_TEST_SUITE_P(Shells, EveryShell, testing::Values("dash", "bash", "busybox sh"));

TEST(Quoting, LeavesPlainWordsReadable) {
  EXPECT_EQ(shell_word("/usr/bin/app-2.0"), "/usr/bin/app-2.0");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace attune::transport
