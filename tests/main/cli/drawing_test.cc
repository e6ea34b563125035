// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/drawing.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Names and labels with all that either language has a meaning for.
Drawing difficult() {
  const std::string odd = "a\"b\\c#d<e>&f;g`h|i]j{k}";
  return {odd,
          {{"host",
            {"end", odd},
            Look::kGood,
            {{"end", {odd}, Look::kBad, {}}, {"graph", {""}, Look::kFaint, {}}}},
           {"alone", {"x\x1b[31m\ny"}, Look::kPlain, {}}},
          {{"host", "alone", odd}, {"end", "host", ""}, {"graph", "nobody", ""}}};
}

TEST(Drawing, WritesNoNameAsAnIdentifier) {
  const std::string text = mermaid_text(difficult());
  EXPECT_THAT(text, HasSubstr("subgraph n1[\"end<br>a#34;b#92;c#35;d#60;e#62;#38;f#59;g#96;h|i]j{k}\"]\n"));
  EXPECT_THAT(text, HasSubstr("    n2[\"a#34;b"));
  EXPECT_THAT(text, HasSubstr("  n2 --> n1\n"));
}

TEST(Drawing, LeavesOutArrowsToWhatIsNotThere) {
  EXPECT_THAT(mermaid_text(difficult()), Not(HasSubstr("n3 -->")));
  EXPECT_THAT(dot_text(difficult()), Not(HasSubstr("n3 ->")));
}

TEST(Drawing, ShowsNothingThatATerminalWouldObey) {
  EXPECT_THAT(mermaid_text(difficult()), Not(HasSubstr("\x1b")));
  EXPECT_THAT(dot_text(difficult()), Not(HasSubstr("\x1b")));
}

TEST(Drawing, LeadsTheArrowsOfAFrameToItsBorder) {
  EXPECT_THAT(dot_text(difficult()), HasSubstr("  n1 -> n4 [label="));
  EXPECT_THAT(dot_text(difficult()), HasSubstr("ltail=cluster_n1]"));
  EXPECT_THAT(dot_text(difficult()), HasSubstr("  n2 -> n1\n"));  // from inside it
}

TEST(Drawing, IsOneThatGraphvizDraws) {
  const test::TempDir folder;
  const std::string in = folder.path() / "in.dot", out = folder.path() / "out.svg";
  std::FILE* file = std::fopen(in.c_str(), "w");
  ASSERT_NE(file, nullptr);
  std::fputs(dot_text(difficult()).c_str(), file);
  std::fclose(file);
  // NOLINTNEXTLINE(cert-env33-c,bugprone-command-processor,concurrency-mt-unsafe): a test's own words
  EXPECT_EQ(std::system(("dot -Tsvg -o " + out + " " + in + " 2>&1").c_str()), 0);
}

}  // namespace
}  // namespace attune::cli
