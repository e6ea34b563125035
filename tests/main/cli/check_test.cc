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
