// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/deploy/extra_file.h"
#include "tests/main/cli/transcript.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kRight =
    "=== deployment.mmd\n"
    "classDiagram\n"
    "  class here {\n    <<host-family>>\n    +nodefile: String = \"nodes\"\n    +protocol: String = "
    "\"local\"\n  }\n"
    "  class app {\n    +host-family: String = \"here\"\n    +period: Duration = 1s\n  }\n"
    "=== nodes\n"
    "local\n";
constexpr std::string_view kWrong =
    "=== deployment.mmd\n"
    "classDiagram\n"
    "  class app {\n    +host-family: String = \"her\"\n    +period: Durration = 1s\n  }\n"
    "  app \"1\" --> \"1\" db : store\n";

class CheckTest : public ::testing::Test {
 protected:
  // Types the line with FOLDER standing for the project's folder.
  const Ran& type(std::string line, const test::FolderCase& folder) {
    line.replace(line.find("FOLDER"), 6, folder.path().string());
    const Ran& ran = typed_.type(line);
    typed_.replace(folder.path().string(), "web");
    typed_.replace("\"" + folder.path().filename().string() + "\"", "\"web\"");
    return ran;
  }
  Transcript typed_;
};

// Whoever wrote the diagram.
TEST_F(CheckTest, PrintsNoTreeThatATerminalWouldObey) {
  const std::string evil =
      "a\x1b]0;owned\x07\x7f\xc2\x9b"
      "31mb";
  const test::FolderCase folder("=== alarm.mmd\nstateDiagram-v2\n[*] --> a\na : alert(\"" + evil +
                                "\", this)\na --> [*]\n%% " + evil + "\n=== wrong.mmd\nstateDiagram-v2\n" +
                                evil + " --> \n");
  for (const char* line : {"check --ast FOLDER/alarm.mmd", "check --ast FOLDER/wrong.mmd"}) {
    const Ran& ran = type(line, folder);
    EXPECT_THAT(ran.out + ran.err, HasSubstr("owned")) << line;
    for (const char* control : {"\x1b", "\x07", "\x7f", "\xc2\x9b"})
      EXPECT_THAT(ran.out + ran.err, ::testing::Not(HasSubstr(control))) << line;
  }
}

TEST_F(CheckTest, SaysWhichArchiveWouldBeRefused) {
  const test::FolderCase folder(kRight);
  const std::string archive = folder.path() / "app.tar.gz", drawing = folder.path() / "deployment.mmd";
  std::filesystem::create_directories(folder.path() / "in");
  std::ofstream(folder.path() / "in/file") << std::string(5000, 'x');
  const std::string pack = "tar -C " + (folder.path() / "in").string() + " -czf " + archive + " .";
  // NOLINTNEXTLINE(cert-env33-c,bugprone-command-processor,concurrency-mt-unsafe): a test's own words
  const int packed = std::system(pack.c_str());
  ASSERT_EQ(packed, 0);
  std::ofstream(drawing)
      << "classDiagram\n  class here {\n    <<host-family>>\n    +nodefile: String = \"nodes\"\n"
         "    +protocol: String = \"local\"\n  }\n  class app {\n"
         "    +host-family: String = \"here\"\n    +legacyFile: String = \"app.tar.gz\"\n  }\n";
  EXPECT_EQ(type("check FOLDER", folder).code, ExitCode::kDone);
  std::ofstream(folder.path() / "attune.info") << "deploy { unpacked_max 4KiB }\n";
  const Ran ran = type("check FOLDER", folder);
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("deployment.mmd:7:"));
  EXPECT_THAT(ran.out, HasSubstr("class 'app': app.tar.gz: it unpacks to more than 4096 bytes"));
}

TEST_F(CheckTest, ShowsWhatIsWrong) {
  const test::FolderCase right(kRight), wrong(kWrong);
  EXPECT_EQ(type("check FOLDER", right).code, ExitCode::kDone);
  EXPECT_EQ(type("check FOLDER", wrong).code, ExitCode::kFailed);
  EXPECT_EQ(type("check FOLDER --json", right).code, ExitCode::kDone);
  EXPECT_EQ(type("check FOLDER --json", wrong).code, ExitCode::kFailed);
  EXPECT_EQ(type("plan FOLDER", wrong).code, ExitCode::kFailed);
  EXPECT_TRUE(test::matches_golden("cli/check.txt", typed_.text()));
}

TEST_F(CheckTest, LooksForScriptsInTheProjectAndInTheArchive) {
  test::FolderCase folder(kRight);
  folder.write("deployment.mmd", test::load_file(folder.path() / "deployment.mmd") +
                                     "  class db {\n    +host-family: String = \"here\"\n"
                                     "    +wrapper: String = \"db.xml\"\n"
                                     "    +legacyFile: String = \"db.tar\"\n  }\n");
  folder.write("wrappers/db.xml",
               "<wrapper name='db'>\n  <method name='start' key='Script' method='bin/own'/>\n"
               "  <method name='stop' key='Script' method='bin/packed'/>\n"
               "  <method name='status' key='Script' method='bin/nowhere'/>\n</wrapper>\n");
  folder.write("bin/own", "#!/bin/sh\n");
  const deploy::ExtraFile packed[] = {{"./bin/packed", "#!/bin/sh\n", true}};
  folder.write("db.tar", deploy::pack(packed));
  const Ran found = type("check FOLDER", folder);
  EXPECT_THAT(found.out, HasSubstr("wrappers/db.xml:4:17: warning: class 'db': the script 'bin/nowhere' is "
                                   "neither in the project nor in db.tar [missing-script]"));
  EXPECT_THAT(found.out, HasSubstr("no errors and 1 warning"));
}

TEST_F(CheckTest, AWarningIsNoErrorUnlessStrict) {
  test::FolderCase folder(kRight);
  folder.write("deployment.mmd",
               test::load_file(folder.path() / "deployment.mmd") +
                   "  class other {\n    +host-family: String = \"here\"\n    +Initial: Integer = 2\n  }\n");
  const Ran lax = type("check FOLDER", folder);
  EXPECT_EQ(lax.code, ExitCode::kDone) << lax.out;
  EXPECT_THAT(lax.out, HasSubstr("no errors and 1 warning"));
  EXPECT_EQ(type("check FOLDER --strict", folder).code, ExitCode::kFailed);
}

// A diagram that nothing raises, which its comment allows, and one whose guards do not cover all.
class CheckTestWithWarnings : public CheckTest {
 protected:
  CheckTestWithWarnings() : folder_(kRight) {
    folder_.write("diagrams/night.mmd",
                  "---\nattune:\n  at: 03:30\n---\nstateDiagram-v2\n  [*] --> grow\n  grow : app.deploy()\n"
                  "  grow --> grow : on error\n  grow --> [*]\n");
    folder_.write("diagrams/hand.mmd",
                  "%% allow(untriggered): the operators send it\nstateDiagram-v2\n  [*] --> tell\n"
                  "  tell : alert(\"by hand\")\n  tell --> [*]\n");
  }
  test::FolderCase folder_;
};

TEST_F(CheckTestWithWarnings, SaysWhyEachMattersAndByWhichPathItComes) {
  const Ran ran = type("check FOLDER", folder_);
  EXPECT_THAT(ran.out,
              HasSubstr("diagrams/night.mmd:8:19: warning: nothing bounds how often the run comes back to "
                        "'grow' [loop-without-bound]"));
  EXPECT_THAT(ran.out, HasSubstr("\n  path: grow --> grow\n"));
  EXPECT_THAT(ran.out, HasSubstr("\n  why: If what it waits for does not come"));
}

TEST_F(CheckTestWithWarnings, DoesNotCountWhatAFileAllows) {
  const Ran both = type("check FOLDER --strict", folder_);
  EXPECT_EQ(both.code, ExitCode::kFailed);
  EXPECT_THAT(both.out, HasSubstr("no errors and 1 warning, 1 warning allowed"));
  EXPECT_THAT(both.out, ::testing::Not(HasSubstr("untriggered")));
  std::filesystem::remove(folder_.path() / "diagrams/night.mmd");
  EXPECT_EQ(type("check FOLDER --strict", folder_).code, ExitCode::kDone);
}

TEST_F(CheckTestWithWarnings, GivesProgramsPathsAndReasons) {
  const auto told = nlohmann::json::parse(type("check FOLDER --json", folder_).out);
  EXPECT_EQ(told["warnings"], 1);
  EXPECT_EQ(told["allowed"], 1);
  const auto &hand = told["findings"][0], &night = told["findings"][1];
  EXPECT_EQ(hand["allowed"], "the operators send it");
  EXPECT_EQ(night["allowed"], nullptr);
  EXPECT_EQ(night["path"].size(), 2);
  EXPECT_EQ(night["path"][0]["text"], "grow");
  EXPECT_EQ(night["path"][0]["line"], 6);
  EXPECT_THAT(night["why"].get<std::string>(), StartsWith("If what it waits for"));
}

TEST_F(CheckTestWithWarnings, WritesALogInSarif) {
  const auto log = nlohmann::json::parse(type("check FOLDER --sarif", folder_).out);
  EXPECT_EQ(log["version"], "2.1.0");
  const auto& run = log["runs"][0];
  EXPECT_EQ(run["columnKind"], "unicodeCodePoints");
  EXPECT_EQ(run["tool"]["driver"]["name"], "attune");
  ASSERT_EQ(run["results"].size(), 2);
  const auto &hand = run["results"][0], &night = run["results"][1];
  EXPECT_EQ(hand["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(hand["suppressions"][0]["justification"], "the operators send it");
  EXPECT_EQ(night["ruleId"], "loop-without-bound");
  EXPECT_EQ(night["level"], "warning");
  EXPECT_FALSE(night.contains("suppressions"));
  const auto& place = night["locations"][0]["physicalLocation"];
  EXPECT_THAT(place["artifactLocation"]["uri"].get<std::string>(), ::testing::EndsWith("diagrams/night.mmd"));
  EXPECT_EQ(place["region"]["startLine"], 8);
  EXPECT_EQ(place["region"]["startColumn"], 19);
  EXPECT_EQ(place["region"]["endColumn"], 27);
  EXPECT_EQ(night["codeFlows"][0]["threadFlows"][0]["locations"].size(), 2);
  std::vector<std::string> rules;
  for (const auto& rule : run["tool"]["driver"]["rules"]) rules.push_back(rule["id"]);
  EXPECT_THAT(rules, ::testing::ElementsAre("loop-without-bound", "untriggered"));
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["helpUri"],
            "file:///usr/share/doc/attune/docs/findings.md#loop-without-bound");
}

TEST_F(CheckTest, WritesPathsAsUris) {
  test::FolderCase folder(kRight);
  std::filesystem::create_directories(folder.path() / "a b%");
  for (const char* file : {"deployment.mmd", "nodes"})
    std::filesystem::rename(folder.path() / file, folder.path() / "a b%" / file);
  std::ofstream(folder.path() / "a b%/deployment.mmd") << "classDiagram\n  class\n";
  const Ran ran = run_words({"check", "--sarif", (folder.path() / "a b%").string()});
  EXPECT_THAT(ran.out, HasSubstr("/a%20b%25/deployment.mmd\""));
}

TEST_F(CheckTest, APageTellsWhatAProjectIs) {
  const Ran local = run_words({"doc", (test::source_root() / "examples/local").string()});
  EXPECT_EQ(local.code, ExitCode::kDone) << local.err;
  for (const char* part :
       {"# local\n", "## Class `frontend`", "```mermaid\n", "## Events\n", "Its stubs, as `"})
    EXPECT_THAT(local.out, HasSubstr(part));
  const test::FolderCase wrong(kWrong);
  const Ran refused = type("doc FOLDER", wrong);
  EXPECT_EQ(refused.code, ExitCode::kFailed);
  EXPECT_THAT(refused.err, HasSubstr("3 errors, so there is no page"));
}

TEST_F(CheckTest, PrintsTreesALineAFile) {
  const test::FolderCase folder(kRight);
  folder.write("wrong.mmd", "stateDiagram-v2\n  [*] --> \n");
  const std::string right = (folder.path() / "deployment.mmd").string();
  const std::string wrong = (folder.path() / "wrong.mmd").string();
  const Ran ran = run_words({"check", "--ast", wrong, right});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.out, StartsWith("{\"file\":\"" + wrong + "\",\"errors\":1}\n{\"file\":\"" + right + "\""));
  EXPECT_THAT(ran.err, StartsWith(wrong + ":2:"));
  EXPECT_EQ(run_words({"check", "--ast", right}).code, ExitCode::kDone);
}

TEST_F(CheckTest, LetsNoFileSpeakToTheTerminal) {
  test::FolderCase folder(kRight);
  folder.write("deployment.mmd", "classDiagram\n  \x1b[2J\n");
  const Ran text = run_words({"check", folder.path().string()});
  EXPECT_EQ(text.out.find('\x1b'), text.out.npos);
  const Ran json = run_words({"check", "--json", folder.path().string()});
  EXPECT_EQ(json.out.find('\x1b'), json.out.npos);
  EXPECT_TRUE(nlohmann::json::accept(json.out));
}

}  // namespace
}  // namespace attune::cli
