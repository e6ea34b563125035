// SPDX-License-Identifier: Apache-2.0
#include "wrappers/software.h"

#include <filesystem>

#include "tests/wrappers/local_fixture.h"

namespace attune::wrappers {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SoftwareTest : public LocalTest {
 protected:
  SoftwareTest() {
    dir_.write("project/server", "#!/bin/sh\necho served\n", true);
    dir_.write("project/run", "#!/bin/sh\necho ran\n");
    for (model::Class& one : small_.project.classes)
      if (one.name == "app") one.legacy_file = dir_ / "project/server";
    app_ = small_.make("app", "lab1");
    script_ = small_.make("script", "lab2");
  }
  std::string call(system::ComponentId id, const std::string& operation) {
    return await(begin(software_, small_.call(id, "Component", operation)));
  }
  bool is_there(const std::string& path) const {
    return std::filesystem::exists(dir_ / ("host/small/" + path));
  }

  std::vector<std::string> seen_;
  Software software_{small_.world,
                     {[this](const std::string& host, const std::string& component) {
                        seen_.push_back("begins " + component + " on " + host);
                      },
                      {},
                      [this](const std::string& host, const std::string& component,
                             const Result<deploy::Deployed>& deployed) {
                        seen_.push_back((deployed ? "ended " : "failed ") + component + " on " + host);
                      }}};
  system::ComponentId app_ = system::kNoComponent, script_ = system::kNoComponent;
};

TEST_F(SoftwareTest, PutsTheArchiveIntoTheComponentsDirectory) {
  EXPECT_EQ(call(app_, "deploy"), "exited 0: 22 B sent");
  EXPECT_EQ(dir_.read("host/small/components/app1/server"), dir_.read("project/server"));
  EXPECT_EQ(call(app_, "deploy"), "exited 0: it was there already");
  EXPECT_THAT(seen_, ElementsAre("begins app1 on lab1", "ended app1 on lab1", "begins app1 on lab1",
                                 "ended app1 on lab1"));
}

TEST_F(SoftwareTest, PutsTheProjectsOwnScriptsThereToBeRun) {
  EXPECT_EQ(call(script_, "deploy"), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/script1/run"), dir_.read("project/run"));
  const auto mode = std::filesystem::status(dir_ / "host/small/components/script1/run").permissions();
  EXPECT_NE(mode & std::filesystem::perms::owner_exec, std::filesystem::perms::none);
}

TEST_F(SoftwareTest, AScriptThatTheProjectHasNotIsTheArchives) {
  std::filesystem::remove(dir_ / "project/run");
  EXPECT_EQ(call(script_, "deploy"), "exited 0");
  EXPECT_TRUE(is_there("components/script1"));
  EXPECT_FALSE(is_there("components/script1/run"));
}

TEST_F(SoftwareTest, AScriptThatNobodyBringsIsTheOneThatShips) {
  std::filesystem::remove(dir_ / "project/run");
  dir_.write("stock/wrappers/run", "#!/bin/sh\necho shipped\n");
  small_.world.stock = dir_ / "stock";
  EXPECT_EQ(call(script_, "deploy"), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/script1/run"), dir_.read("stock/wrappers/run"));
  dir_.write("project/run", "#!/bin/sh\necho own\n");
  EXPECT_EQ(call(script_, "deploy"), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/script1/run"), dir_.read("project/run"));
}

TEST_F(SoftwareTest, WhatNeedsNothingOnItsHostIsDeployedAtOnce) {
  EXPECT_EQ(call(small_.make("vm", "lab1"), "deploy"), "exited 0: nothing to deploy");
  EXPECT_EQ(call(small_.make("probe", "lab1"), "deploy"), "exited 0: nothing to deploy");
  EXPECT_FALSE(is_there("components"));
}

TEST_F(SoftwareTest, TakesAwayWhatItPut) {
  call(app_, "deploy");
  call(script_, "deploy");
  EXPECT_EQ(call(app_, "undeploy"), "exited 0");
  EXPECT_FALSE(is_there("components/app1"));
  EXPECT_TRUE(is_there("components/script1"));
  dir_.write("host/small/components/script1/notes", "another's");
  EXPECT_EQ(call(script_, "undeploy"), "exited 0: files of others are left in its directory: 1");
}

TEST_F(SoftwareTest, SaysWhatIsWrongWithTheArchive) {
  std::filesystem::remove(dir_ / "project/server");
  EXPECT_THAT(call(app_, "deploy"), HasSubstr("host lab1"));
  EXPECT_EQ(seen_.back(), "failed app1 on lab1");
}

TEST_F(SoftwareTest, SaysThatAComponentHasNoHost) {
  EXPECT_THAT(call(small_.make("app", ""), "deploy"), HasSubstr("app2 has no host yet"));
}

}  // namespace
}  // namespace attune::wrappers
