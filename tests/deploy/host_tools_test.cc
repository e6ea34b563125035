// SPDX-License-Identifier: Apache-2.0
// Deployment on hosts that have these tools and not those.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/deployer.h"
#include "tests/deploy/deploy_fixture.h"

namespace attune::deploy {
namespace {

using testing::HasSubstr;

class HostToolsTest : public DeployTest {
 protected:
  HostToolsTest() {
    for (const char* tool : {"sh", "tar", "gzip", "cat", "mv", "mkdir", "chmod", "find", "sed", "rm", "wc",
                             "df", "sort", "uniq", "grep", "ls", "rmdir", "cp"}) {
      add(tool);
    }
    ::setenv("PATH", (dir_ / "tools").c_str(), 1);
  }
  ~HostToolsTest() override { ::setenv("PATH", path_.c_str(), 1); }

  void add(const std::string& tool) {
    std::filesystem::create_directories(dir_ / "tools");
    std::filesystem::create_symlink("/usr/bin/" + tool, dir_ / "tools/" + tool);
  }
  // Large enough for the tools that are quick and slow to start.
  std::string large_app() {
    bulk("app/data", 3'000'000);
    return app();
  }
  // Deploys the same content a second time, after it was damaged on the host.
  void expect_damage_noticed(const std::string& archive) {
    const End end = deploy("app1", archive);
    ASSERT_TRUE(end) << end.error().message;
    dir_.write("host/attune/content/" + stored().front(), "rubbish");
    const End again = deploy("app2", archive);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_GT(again->bytes_sent, 0U);
    EXPECT_EQ(read(place("app2") / "etc/settings"), "a=1\n");
  }

 private:
  const std::string path_ = std::getenv("PATH");
};

TEST_F(HostToolsTest, OpensslVerifiesWhereSha256sumIsMissing) {
  add("openssl");
  expect_damage_noticed(app());
}

TEST_F(HostToolsTest, OpensslVerifiesWhatIsLarge) {
  add("openssl");
  dir_.write("tools/sha256sum", "#!/bin/sh\nexit 1\n", true);
  expect_damage_noticed(large_app());
}

TEST_F(HostToolsTest, Sha256sumVerifiesWhatIsLargeWhereOpensslIsMissingOrFails) {
  add("sha256sum");
  expect_damage_noticed(large_app());
  undeploy("app1");
  undeploy("app2");
  dir_.write("tools/openssl", "#!/bin/sh\nexit 1\n", true);
  expect_damage_noticed(dir_ / "app.tar.gz");
}

TEST_F(HostToolsTest, WithoutAnyThatVerifiesNothingIsSent) {
  EXPECT_THAT(error(request("app1", app())).message,
              HasSubstr("takes the program sha256sum, which is missing"));
  EXPECT_TRUE(stored().empty());
}

TEST_F(HostToolsTest, ZstdUnpacksALargeTarGz) {
  add("sha256sum");
  add("zstd");
  const std::string archive = large_app();
  std::filesystem::remove(dir_ / "tools/gzip");
  dir_.write("tools/gzip", "#!/bin/sh\nexit 1\n", true);
  const End end = deploy("app1", archive);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(read(place("app1") / "data"), read(dir_ / "app/data"));
}

TEST_F(HostToolsTest, GzipUnpacksALargeTarGzWhereZstdDoesNotKnowHow) {
  add("sha256sum");
  dir_.write("tools/zstd", "#!/bin/sh\necho unsupported format >&2\nexit 1\n", true);
  const End end = deploy("app1", large_app());
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(read(place("app1") / "data"), read(dir_ / "app/data"));
}

}  // namespace
}  // namespace attune::deploy
