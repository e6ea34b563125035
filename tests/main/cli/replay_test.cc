// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/transcript.h"
#include "tests/main/replay/small_shop.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A project, another version of it that answers nothing, and a trace.
class ReplayCommandTest : public ::testing::Test {
 protected:
  ReplayCommandTest() { write("t.trace", "2026-05-04T12:00:00Z slow app1\n+5min @host lab1 state=down\n"); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string content(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return text.str();
  }
  std::string path(const std::string& name) const { return folder_ / name; }
  Ran replay(const std::string& trace, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"replay", shop_.path().string(), path(trace)};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }

  const test::FolderCase shop_{std::string(test::kShop)};
  const test::FolderCase quiet_{
      std::string(test::kShop.substr(0, test::kShop.find("=== diagrams/slow.mmd")))};
  const test::TempDir folder_;
};

TEST_F(ReplayCommandTest, TellsWhatCameOfTheTrace) {
  const Ran ran = replay("t.trace");
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("t.trace: 2026-05-04T12:00:00.000000Z to"));
  EXPECT_THAT(ran.out, HasSubstr("runs(slow)                              1\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("expectations")));
}

TEST_F(ReplayCommandTest, EndsByWhetherWhatIsExpectedHolds) {
  write("t.trace.expect", "created == 1\n");
  EXPECT_EQ(replay("t.trace").code, ExitCode::kDone);
  write("t.trace.expect", "created == 1\nfinally app.count == 2\n");
  const Ran ran = replay("t.trace");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("1 of 2 expectations hold"));
  write("t.trace.expect", "created = 1\n");
  EXPECT_EQ(replay("t.trace").code, ExitCode::kFailed);
  EXPECT_THAT(replay("t.trace").err, HasSubstr("t.trace.expect:1:"));
}

TEST_F(ReplayCommandTest, PlaysAnotherVersionBesideIt) {
  const Ran ran = replay("t.trace", {"--json", "--against", quiet_.path().string()});
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["projects"][0]["figures"]["created"], 1);
  EXPECT_EQ(json["projects"][1]["figures"]["created"], 0);
}

TEST_F(ReplayCommandTest, WritesAReportAndAPicture) {
  write("t.trace.expect", "created == 7\n");
  EXPECT_EQ(replay("t.trace", {"--junit", path("r.xml"), "--svg", path("t.svg")}).code, ExitCode::kFailed);
  EXPECT_THAT(content("r.xml"), HasSubstr("<failure message=\"created is 1\"/>"));
  EXPECT_THAT(content("t.svg"), HasSubstr(">run slow<"));
  const Ran ran = replay("t.trace", {"--svg", path("none/t.svg")});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("cannot write"));
}

TEST_F(ReplayCommandTest, APictureHasBothVersions) {
  replay("t.trace", {"--against", shop_.path().string(), "--svg", path("t.svg")});
  const std::string svg = content("t.svg");
  size_t lanes = 0;
  for (size_t at = svg.find(">run slow<"); at != svg.npos; at = svg.find(">run slow<", at + 1)) ++lanes;
  EXPECT_EQ(lanes, 2u);
}

TEST_F(ReplayCommandTest, SaysWhyATraceCannotBeRead) {
  const Ran none = replay("none.trace");
  EXPECT_EQ(none.code, ExitCode::kUsage);
  EXPECT_THAT(none.err, HasSubstr("none.trace': No such file or directory"));
  std::filesystem::create_directory(folder_ / "folder");
  EXPECT_THAT(replay("folder").err, HasSubstr("folder': it is no file"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(replay("pipe").err, HasSubstr("pipe': it is no file"));
  write("bad.trace", "yesterday slow app1\n");
  EXPECT_EQ(replay("bad.trace").code, ExitCode::kFailed);
  EXPECT_THAT(replay("bad.trace").err, HasSubstr("bad.trace:1:1: error: 'yesterday' is no time"));
}

TEST_F(ReplayCommandTest, ANameTooLongForExpectationsBesideItIsSaid) {
  const std::string name(250, 't');
  write(name, "2026-05-04T12:00:00Z slow app1\n");
  const Ran ran = replay(name);
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr(".expect': File name too long"));
}

}  // namespace
}  // namespace attune::cli
