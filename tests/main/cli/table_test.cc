// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/table.h"

#include <gtest/gtest.h>

#include "tests/main/cli/transcript.h"

namespace attune::cli {
namespace {

std::string written(const Table& table, bool has_colours = false, std::string_view indent = {}) {
  const UniqueFd file(::memfd_create("out", 0));
  Output out(file.get(), has_colours);
  table.write(out, indent);
  out.flush();
  return content_of(file.get());
}

TEST(Table, LinesItsColumnsUp) {
  Table table({"NAME", "STATE"});
  table.add({"vm", "started"});
  table.add({"frontend", "up"});
  EXPECT_EQ(written(table), "NAME      STATE\nvm        started\nfrontend  up\n");
}

TEST(Table, LeavesNoBlanksAtTheEndOfALine) {
  Table table;
  table.add({"a", "long", ""});
  table.add({"b", "", ""});
  EXPECT_EQ(written(table, false, "  "), "  a  long\n  b\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  Table table;
  table.add({"gr\xc3\xbc\xc3\x9f", "x"});
  table.add({"abcde", "x"});
  EXPECT_EQ(written(table), "gr\xc3\xbc\xc3\x9f   x\nabcde  x\n");
}

TEST(Table, ColoursDoNotMoveColumns) {
  Table table;
  table.add({{"up", Paint::kGood}, "x"});
  table.add({"down", "x"});
  EXPECT_EQ(written(table, true), "\x1b[32mup\x1b[0m    x\ndown  x\n");
}

TEST(Table, LetsNoDataSpeakToTheTerminal) {
  Table table;
  table.add({"\x1b[31m", "x"});
  EXPECT_EQ(written(table, true), "\\x1b[31m  x\n");
}

}  // namespace
}  // namespace attune::cli
