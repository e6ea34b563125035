// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/argument_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ArgumentReaderTest : public ::testing::Test {
 protected:
  ArgumentReaderTest() {
    reader_.argument("COMPONENT", component_, "which");
    reader_.arguments("ARG", rest_, "what it gets");
    reader_.flag("-f,--follow", follows_, "go on");
    reader_.option("-p,--project", "PROJECT", project_, "of which");
    reader_.number("--last", "N", last_, "how many");
  }
  std::string error(std::vector<std::string> words) {
    const Result<void> read = reader_.read(std::move(words));
    return read ? "" : read.error().message;
  }

  std::string component_, project_;
  std::vector<std::string> rest_;
  bool follows_ = false;
  std::optional<uint64_t> last_;
  ArgumentReader reader_;
};

TEST_F(ArgumentReaderTest, TakesOptionsAnywhere) {
  EXPECT_EQ(error({"-f", "vm1", "-p", "web", "a", "--last=7", "b"}), "");
  EXPECT_TRUE(follows_);
  EXPECT_EQ(project_, "web");
  EXPECT_EQ(last_, 7u);
  EXPECT_EQ(component_, "vm1");
  EXPECT_THAT(rest_, ElementsAre("a", "b"));
}

TEST_F(ArgumentReaderTest, TakesWordsAsTheyAre) {
  EXPECT_EQ(error({"vm1", "[a,b]", "", "a b", "$x", "{}"}), "");
  EXPECT_THAT(rest_, ElementsAre("[a,b]", "", "a b", "$x", "{}"));
}

TEST_F(ArgumentReaderTest, TakesWhatBeginsWithADashAfterTwo) {
  EXPECT_EQ(error({"vm1", "--", "-x", "--last", "--"}), "");
  EXPECT_THAT(rest_, ElementsAre("-x", "--last", "--"));
  EXPECT_FALSE(last_);
}

TEST_F(ArgumentReaderTest, ADashAloneIsAWord) {
  EXPECT_EQ(error({"-"}), "");
  EXPECT_EQ(component_, "-");
}

TEST_F(ArgumentReaderTest, SaysWhatIsMissing) {
  EXPECT_EQ(error({}), "COMPONENT is missing");
}

TEST_F(ArgumentReaderTest, SaysWhichOptionWasMeant) {
  EXPECT_EQ(error({"vm1", "--folow"}), "unknown option '--folow': did you mean '--follow'?");
  EXPECT_THAT(error({"vm1", "-5"}), HasSubstr("stands after '--'"));
}

TEST_F(ArgumentReaderTest, SaysThatAValueIsMissing) {
  EXPECT_EQ(error({"vm1", "--last"}), "--last needs a value, once");
}

TEST_F(ArgumentReaderTest, SaysThatANumberIsNone) {
  EXPECT_EQ(error({"vm1", "--last", "many"}), "--last takes a number, not 'many'");
  EXPECT_EQ(error({"vm1", "--last", "7x"}), "--last takes a number, not '7x'");
  EXPECT_THAT(error({"vm1", "--last=-7"}), HasSubstr("takes a number"));
}

TEST_F(ArgumentReaderTest, HelpNeedsNothingElse) {
  EXPECT_EQ(error({"--help"}), "");
  EXPECT_TRUE(reader_.wants_help());
}

TEST_F(ArgumentReaderTest, ListsWhatWasDeclared) {
  EXPECT_EQ(reader_.usage(), "COMPONENT [ARG ...]");
  EXPECT_EQ(reader_.arguments_listed()[0].names, "COMPONENT");
  EXPECT_EQ(reader_.options_listed()[1].names, "-p, --project PROJECT");
}

TEST(ArgumentReader, SaysWhatIsTooMuch) {
  std::string word;
  ArgumentReader reader;
  reader.optional_argument("COMPONENT", word, "which");
  EXPECT_EQ(reader.read({"a", "b"}).error().message, "'b' is too much");
}

TEST(ArgumentReader, HandsEverythingOver) {
  std::vector<std::string> words;
  ArgumentReader reader;
  reader.everything(words);
  EXPECT_TRUE(reader.read({"up", "--help", "--", "-x"}));
  EXPECT_THAT(words, ElementsAre("up", "--help", "--", "-x"));
}

}  // namespace
}  // namespace attune::cli
