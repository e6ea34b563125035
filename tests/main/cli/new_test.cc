// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/transcript.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class NewTest : public ::testing::Test {
 protected:
  NewTest() : project_(folder_.path() / "shop") {}

  static Ran make(const std::string& kind, const std::string& name, const std::string& folder = {}) {
    std::vector<std::string> words{"new", kind, name};
    if (!folder.empty()) words.push_back(folder);
    return run_words(words);
  }
  std::string check() const {
    const Ran ran = run_words({"check", "--strict", project_});
    return ran.code == ExitCode::kDone ? "right" : ran.out + ran.err;
  }
  // What the command says is to be drawn, each line that is indented.
  void draw(const std::string& told) const {
    std::istringstream lines(told);
    std::ofstream drawing(project_ / "deployment.mmd", std::ios::app);
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("  ")) drawing << line << '\n';
  }

  const test::TempDir folder_;
  const std::filesystem::path project_;
};

TEST_F(NewTest, AProjectIsRightAndCanBePlanned) {
  const Ran ran = make("project", project_);
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_EQ(check(), "right");
  EXPECT_THAT(run_words({"plan", project_}).out, HasSubstr("shop: 1 component on 1 host"));
  struct stat status {};
  ASSERT_EQ(::stat((project_ / "app.sh").c_str(), &status), 0);
  EXPECT_TRUE(status.st_mode & S_IXUSR);
}

TEST_F(NewTest, AProbeWithItsDiagramIsRightOnceItIsDrawnAsTold) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  const Ran probe = make("probe", "memory", project_);
  EXPECT_EQ(probe.code, ExitCode::kDone) << probe.err;
  draw(probe.out);
  EXPECT_EQ(make("diagram", "memory_high", project_).code, ExitCode::kDone);
  EXPECT_EQ(check(), "right");
}

TEST_F(NewTest, AWrapperIsRightOnceItIsUsed) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  ASSERT_EQ(make("wrapper", "server", project_).code, ExitCode::kDone);
  std::ofstream(project_ / "server") << "#!/bin/sh\n";
  std::ofstream(project_ / "deployment.mmd", std::ios::app)
      << "  class server {\n    +host-family: String = \"hosts\"\n    +wrapper: String = \"server.xml\"\n"
         "    +legacyFile: String = \"server\"\n  }\n";
  EXPECT_EQ(check(), "right");
}

TEST_F(NewTest, WhatItMakesIsFormatted) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  ASSERT_EQ(make("diagram", "overload", project_).code, ExitCode::kDone);
  const Ran ran = run_words({"fmt", "--check", project_});
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.out;
}

// Whatever the event is about: a component, a host, a site or nothing.
TEST_F(NewTest, ADiagramIsRightForEachEventThatTheManagerRaises) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  std::filesystem::remove_all(project_ / "diagrams");
  for (const char* event : {"start", "stop", "host_down", "host_up", "host_empty", "component_failed",
                            "run_failed", "regroup", "overload_site", "price_changed", "capacity_changed"}) {
    const Ran ran = make("diagram", event, project_);
    EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  }
  EXPECT_EQ(check(), "right");
  EXPECT_EQ(run_words({"fmt", "--check", project_}).code, ExitCode::kDone);
}

// There is no VM and no probe in the project, which is told.
TEST_F(NewTest, ADiagramForWhatNothingRaisesHasNoError) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  for (const char* event : {"vm_crashed", "vm_stopped", "vm_moved", "probe_failed", "shop_full"})
    EXPECT_EQ(make("diagram", event, project_).code, ExitCode::kDone);
  const Ran ran = run_words({"check", project_});
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.out << ran.err;
}

TEST_F(NewTest, NoDiagramIsMadeThatIsCalledLikeARunOfTheManager) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  const Ran ran = make("diagram", "create", project_);
  EXPECT_EQ(ran.code, ExitCode::kUsage);
  EXPECT_THAT(ran.err, HasSubstr("an event cannot be called 'create'"));
  EXPECT_FALSE(std::filesystem::exists(project_ / "diagrams/create.mmd"));
}

TEST_F(NewTest, WhyAFileCannotBeWrittenIsSaid) {
  std::ofstream(folder_.path() / "full") << "no folder";
  const Ran ran = make("project", folder_.path() / "full" / "shop");
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("Not a directory"));
}

TEST_F(NewTest, OverwritesNothing) {
  ASSERT_EQ(make("project", project_).code, ExitCode::kDone);
  std::filesystem::remove(project_ / "wrappers/app.xml");
  EXPECT_EQ(make("project", project_).code, ExitCode::kUsage);
  ASSERT_EQ(make("probe", "memory", project_).code, ExitCode::kDone);
  std::filesystem::remove(project_ / "wrappers/memory_probe.xml");
  std::ofstream(project_ / "memory") << "mine";
  const Ran ran = make("probe", "memory", project_);
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("is there already"));
  EXPECT_EQ(test::load_file(project_ / "memory"), "mine");
  EXPECT_FALSE(std::filesystem::exists(project_ / "wrappers/memory_probe.xml"));
}

TEST_F(NewTest, WhatCannotBeMadeIsSaid) {
  EXPECT_THAT(make("programme", "x").err, HasSubstr("project, wrapper, probe or diagram"));
  EXPECT_THAT(make("project", folder_.path() / "my shop").err, HasSubstr("cannot be a name"));
  EXPECT_THAT(make("diagram", "../x", project_).err, HasSubstr("cannot be a name"));
  EXPECT_THAT(make("diagram", "x", project_).err, HasSubstr("is no project's folder"));
}

TEST_F(NewTest, OfAWrongNameItSaysWhatOneMayBeAndARightOne) {
  const auto said = make("project", folder_.path() / "Shop-2").err;
  EXPECT_THAT(said, HasSubstr("'Shop-2' cannot be a name: one has letters (a to z, A to Z), digits and '_'"));
  EXPECT_THAT(said, HasSubstr("write `attune new project " + (folder_.path() / "Shop_2").string() + "`"));
  EXPECT_THAT(make("project", folder_.path() / "2nd shop_").err, HasSubstr("/nd_shop`"));
  EXPECT_THAT(make("project", folder_.path() / "2").err, HasSubstr("/shop`"));
  EXPECT_THAT(make("wrapper", "a.xml", project_).err,
              HasSubstr("write `attune new wrapper a_xml " + project_.string()));
}

TEST_F(NewTest, TellsOfTheFilesInJson) {
  const Ran ran = run_words({"new", "--json", "project", project_});
  EXPECT_THAT(nlohmann::json::parse(ran.out)["files"][0].get<std::string>(), EndsWith("shop/app.sh"));
}

}  // namespace
}  // namespace attune::cli
