// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/diagnostic.h"

#include <gtest/gtest.h>

namespace attune {
namespace {

Place at(std::string text, uint32_t line, uint32_t column, uint32_t length = 1) {
  return {std::make_shared<SourceFile>(SourceFile{"d.mmd", std::move(text)}), line, column, length};
}

TEST(Diagnostic, ShowsPlaceMessageLineCaretAndHint) {
  const Diagnostic d{Severity::kError, "unknown-name", at("a\n  vm.strat()\n", 2, 6, 5), "no stub 'strat'",
                     "did you mean 'start'?"};
  EXPECT_EQ(to_text(d),
            "d.mmd:2:6: error: no stub 'strat' [unknown-name]\n"
            "    vm.strat()\n"
            "       ^~~~~\n"
            "  hint: did you mean 'start'?\n");
}

TEST(Diagnostic, CaretStandsBelowItsPlaceAfterTabsAndWideText) {
  const Diagnostic d{Severity::kWarning, "x", at("\té = ü", 1, 6), "m", ""};
  EXPECT_EQ(to_text(d), "d.mmd:1:6: warning: m [x]\n  \té = ü\n  \t    ^\n");
}

TEST(Diagnostic, TextFromTheFileCannotSpeakToTheTerminal) {
  const Diagnostic d{Severity::kError, "x", at("a\x1b[31m", 1, 1), "m\x07", ""};
  EXPECT_EQ(to_text(d), "d.mmd:1:1: error: m\\x07 [x]\n  a\\x1b[31m\n  ^\n");
}

TEST(Diagnostics, AreSortedByPlaceAndSaidOnce) {
  Diagnostics found;
  const Place place = at("abc\nabc", 2, 1);
  found.error("b", place, "second");
  found.warning("a", at("abc\nabc", 1, 3), "first");
  found.error("b", place, "second");
  found.sort();
  ASSERT_EQ(found.all().size(), 2u);
  EXPECT_EQ(found.all()[0].message, "first");
  EXPECT_TRUE(found.has_errors());
}

TEST(Diagnostic, ShowsTheBeginningAndTheEndOfALongPath) {
  Diagnostic one{Severity::kWarning, "loop", {}, "it goes round", {}, {}, {}};
  for (int i = 0; i < 100; ++i) one.path.push_back({{}, "s" + std::to_string(i)});
  EXPECT_EQ(to_text(one),
            "warning: it goes round [loop]\n  path: s0 --> s1 --> s2 --> s3 --> s4 --> s5 --> (88 more) --> "
            "s94 --> s95 --> "
            "s96 --> s97 --> s98 --> s99\n");
  one.path.resize(2);
  EXPECT_EQ(to_text(one), "warning: it goes round [loop]\n  path: s0 --> s1\n");
}

}  // namespace
}  // namespace attune
