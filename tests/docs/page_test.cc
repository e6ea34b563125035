// SPDX-License-Identifier: Apache-2.0
// The pages about the languages are right: what they show loads, and what they say is refused is refused.
#include "tests/docs/page.h"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "runtime/model/settings.h"
#include "tests/dsl/project_text.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"
#include "wrappers/catalog.h"

namespace attune {
namespace {

using test::Block;

constexpr const char* kPages[] = {"languages.md", "wrappers.md"};  // which tell of one project

std::string joined(const std::vector<std::string>& lines) {
  return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string file(const std::string& path, const std::string& text) {
  return fmt::format("=== project/{}\n{}", path, text);
}

// A diagram in whose one state, `a`, the lines stand.
std::string diagram_of(const std::string& event, const std::vector<std::string>& lines) {
  return file("diagrams/" + event + ".mmd",
              fmt::format("stateDiagram-v2\n  [*] --> a\n{}  a --> [*]\n", joined(lines)));
}

struct Loaded {
  std::vector<std::string> codes;
  std::string text;
  dsl::LoadedProject project;
};

Loaded load(const std::string& text) {
  const test::FolderCase folder(text);
  Diagnostics found;
  Loaded loaded;
  loaded.project = dsl::load_project((folder.path() / "project").string(), wrappers::catalog(),
                                     test::source_root().string(), found);
  for (const Diagnostic& one : found.all()) {
    loaded.codes.push_back(one.code);
    loaded.text += to_text(one);
  }
  return loaded;
}

class Page : public ::testing::TestWithParam<std::string> {
 protected:
  Page() : blocks_(blocks_in(GetParam())) {
    for (const char* page : kPages) {
      for (const Block& block : blocks_in(page)) {
        if (block.rule == "file") project_ += file(block.argument, joined(block.lines));
      }
    }
  }

  static std::vector<Block> blocks_in(const std::string& page) {
    return test::blocks_of(test::load_file(test::source_root() / "docs" / page));
  }

  std::string at(const Block& block) const { return fmt::format("docs/{}:{}: ", GetParam(), block.line); }

  // Each line as a statement of the event's diagram.
  void expect_lines(const Block& block, const std::string& before, const std::string& after) {
    std::vector<std::string> lines;
    lines.reserve(block.lines.size());
    for (size_t i = 0; i < block.lines.size(); ++i)
      lines.push_back(fmt::format(fmt::runtime(before), i) + block.lines[i] +
                      fmt::format(fmt::runtime(after), i));
    EXPECT_EQ(load(project_ + diagram_of(block.argument, lines)).text, "") << at(block);
  }

  const std::vector<Block> blocks_;
  std::string project_;
};

TEST_P(Page, SaysOfEachBlockHowItIsChecked) {
  const std::vector<std::string> rules = {"file",   "project", "gives",   "actions",
                                          "guards", "values",  "refused", "not checked"};
  for (const Block& block : blocks_)
    EXPECT_NE(std::find(rules.begin(), rules.end(), block.rule), rules.end()) << at(block) << block.rule;
}

TEST_P(Page, BelongsToAProjectThatLoads) {
  EXPECT_EQ(load(project_).text, "");
}

TEST_P(Page, ShowsSmallProjectsThatLoadAndGiveWhatItSays) {
  std::string given;
  for (const Block& block : blocks_) {
    if (block.rule == "gives") {
      EXPECT_EQ(joined(block.lines), given) << at(block);
    }
    if (block.rule != "project") continue;
    const Loaded loaded = load(file(block.argument, joined(block.lines)));
    EXPECT_EQ(loaded.text, "") << at(block);
    given = test::shown(loaded.project.instances, loaded.project.project);
  }
}

TEST_P(Page, ShowsLinesThatAreAccepted) {
  for (const Block& block : blocks_) {
    if (block.rule == "actions") expect_lines(block, "  a : ", "");
    if (block.rule == "values") expect_lines(block, "  a : value{} = ", "");
    if (block.rule == "guards") expect_lines(block, "  a --> b{0} : [", "]\n  b{0} --> [*]");
  }
}

TEST_P(Page, ShowsLinesThatAreRefusedForTheReasonGiven) {
  for (const Block& block : blocks_) {
    if (block.rule != "refused") continue;
    for (size_t i = 1; i < block.lines.size(); ++i) {  // behind the line below the head
      const auto cells = test::cells_of(block.lines[i]);
      ASSERT_GE(cells.size(), 3u) << at(block) << block.lines[i];
      std::string code = test::code_in(cells[0]);
      for (size_t end = code.find(" ⏎ "); end != code.npos; end = code.find(" ⏎ "))
        code.replace(end, 5, "\n");
      const bool is_file = block.argument.find('.') != std::string::npos;
      const std::string text =
          is_file ? file(block.argument, code + "\n") : diagram_of(block.argument, {code});
      const Loaded loaded = load(project_ + text);
      const std::string wanted = test::code_in(cells[2]);
      EXPECT_TRUE(std::find(loaded.codes.begin(), loaded.codes.end(), wanted) != loaded.codes.end())
          << at(block) << code << " is not refused as " << wanted << " but\n"
          << loaded.text;
    }
  }
}

TEST(LanguagesPage, NamesEachSettingWithItsDefault) {
  const std::string page = test::load_file(test::source_root() / "docs/languages.md");
  for (const model::SettingDefinition& setting : model::kSettings) {
    const size_t row = page.find(fmt::format("\n| `{}` |", setting.name));
    ASSERT_NE(row, page.npos) << setting.name;
    const std::string line = page.substr(row + 1, page.find('\n', row + 1) - row - 1);
    EXPECT_NE(
        line.find(fmt::format("| {} |", setting.name == "name" ? "the folder's" : setting.default_text)),
        line.npos)
        << line;
  }
}

TEST(SecurityPage, NamesEachFuzzer) {
  const std::string page = test::load_file(test::source_root() / "docs/security.md");
  std::istringstream lines(test::load_file(test::source_root() / "tests/fuzz/CMakeLists.txt"));
  constexpr std::string_view kBegin = "attune_fuzzer(";
  size_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kBegin)) continue;
    const std::string name = line.substr(kBegin.size(), line.find(' ') - kBegin.size());
    EXPECT_NE(page.find("`" + name + "`"), page.npos) << name;
    ++count;
  }
  EXPECT_GE(count, 16u);
}

INSTANTIATE_TEST_SUITE_P(Docs, Page,
                         ::testing::ValuesIn(std::vector<std::string>(std::begin(kPages), std::end(kPages))),
                         test::case_name);

}  // namespace
}  // namespace attune
