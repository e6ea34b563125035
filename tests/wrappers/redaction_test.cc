// SPDX-License-Identifier: Apache-2.0
#include "wrappers/redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::wrappers {
namespace {

TEST(Redaction, TakesOutWhatIsHidden) {
  Redaction secrets;
  secrets.hide("abc");
  EXPECT_EQ(secrets.cleaned("abc"), "***");
  EXPECT_EQ(secrets.cleaned("xabcx abc"), "x***x ***");
  EXPECT_EQ(secrets.cleaned("ab c"), "ab c");
}

TEST(Redaction, TakesOutAllOfSecretsThatOverlap) {
  Redaction secrets;
  secrets.hide("abcd");
  secrets.hide("cdef");
  secrets.hide("bc");
  EXPECT_EQ(secrets.cleaned("abcdef bc"), "*** ***");
}

TEST(Redaction, TakesOutAllOfOneThatOverlapsItself) {
  Redaction secrets;
  secrets.hide("abab");
  EXPECT_EQ(secrets.cleaned("ababab!"), "***!");
}

TEST(Redaction, TellsNothingWhereNotEverySecretIsKnown) {
  Redaction secrets;
  secrets.withhold("it is not there");
  const auto end = secrets.cleaned(ports::CommandEnd(ports::Exited{3, "out", ""}));
  EXPECT_EQ(std::get<ports::Exited>(*end).output, "what it said is withheld: it is not there");
  EXPECT_EQ(std::get<ports::Exited>(*end).error_output, "");
  EXPECT_EQ(std::get<ports::Exited>(*end).code, 3);
}

}  // namespace
}  // namespace attune::wrappers
