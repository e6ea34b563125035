// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/places.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

using testing::HasSubstr;

TEST(Places, StandBelowTheProjectsName) {
  const auto places = places_of("web", "/r", "/s");
  ASSERT_TRUE(places);
  EXPECT_EQ(places->pipe(), "/r/web/events");
  EXPECT_EQ(places->control(), "/r/web/control");
  EXPECT_EQ(places->journal(), "/s/web/journal.db");
}

TEST(Places, OfRootAreTheSystems) {
  if (geteuid() != 0) FAIL() << "this test needs root";
  const auto places = places_of("web");
  ASSERT_TRUE(places);
  EXPECT_EQ(places->run_folder, "/run/attune/web");
  EXPECT_EQ(places->state_folder, "/var/lib/attune/web");
}

TEST(Places, RefuseAProjectWhoseNameLeadsAway) {
  for (const char* name : {"", ".", "..", "../x", "a/b", ".hidden"})
    EXPECT_EQ(places_of(name, "/r", "/s").error().code, ErrorCode::kInvalid) << name;
}

TEST(Places, MakeTheRunFolderForItsGroup) {
  const test::TempDir folder;
  const auto places = places_of("web", folder / "deep/run", folder / "state");
  ASSERT_TRUE(make_run_folder(*places, ""));
  ASSERT_TRUE(make_run_folder(*places, ""));
  struct stat status {};
  ASSERT_EQ(stat(places->run_folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0750u);
  EXPECT_THAT(make_run_folder(*places, "no-such-group").error().message, HasSubstr("there is no group"));
}

TEST(Places, TakeNoRunFolderThatIsSomeoneElsesOrALink) {
  const test::TempDir folder;
  const auto places = places_of("web", folder / "run", folder / "state");
  std::filesystem::create_directories(folder / "elsewhere");
  std::filesystem::create_directories(folder / "run");
  std::filesystem::create_symlink(folder / "elsewhere", places->run_folder);
  EXPECT_FALSE(make_run_folder(*places, ""));
  std::filesystem::remove(places->run_folder);
  std::filesystem::create_directory(places->run_folder);
  ASSERT_EQ(::chown(places->run_folder.c_str(), 65534, 65534), 0);
  EXPECT_THAT(make_run_folder(*places, "").error().message, HasSubstr("in this manager's place"));
}

TEST(Places, SayThatTheRunFolderCannotBe) {
  const test::TempDir folder;
  folder.write("file", "");
  const auto places = places_of("web", folder / "file", folder / "state");
  EXPECT_THAT(make_run_folder(*places, "").error().message, HasSubstr("--run-dir"));
}

class RunningTest : public testing::Test {
 protected:
  // Its socket lies there, and is listened at unless the daemon was killed.
  void run(const std::string& project, bool is_killed = false) {
    std::filesystem::create_directories(folder_ / project);
    const std::string path = folder_ / project + "/control";
    sockaddr_un address{AF_UNIX, {}};
    path.copy(address.sun_path, path.size());
    UniqueFd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    if (is_killed) return;
    ASSERT_EQ(listen(fd.get(), 1), 0);
    listening_.push_back(std::move(fd));
  }
  const test::TempDir folder_;
  std::vector<UniqueFd> listening_;
};

TEST_F(RunningTest, TheOnlyProjectNeedsNoName) {
  std::filesystem::create_directories(folder_ / "ended");
  run("web");
  EXPECT_EQ(find_running("", folder_.path())->name, "web");
}

TEST_F(RunningTest, AKilledOneDoesNotCount) {
  run("web");
  run("lab", true);
  EXPECT_EQ(find_running("", folder_.path())->name, "web");
}

TEST_F(RunningTest, OneOfSeveralMustBeNamed) {
  run("web");
  run("lab");
  const auto project = find_running("", folder_.path());
  ASSERT_FALSE(project);
  EXPECT_THAT(project.error().message, HasSubstr("name one with -p (lab, web)"));
}

TEST_F(RunningTest, OneThatIsNamedIsFoundAmongSeveral) {
  run("web");
  run("lab");
  EXPECT_EQ(find_running("lab", folder_.path())->control, folder_ / "lab/control");
  EXPECT_EQ(find_running("gone", folder_.path())->control, folder_ / "gone/control");
}

TEST_F(RunningTest, SaysThatNoneRuns) {
  EXPECT_THAT(find_running("", folder_.path()).error().message, HasSubstr("start one with `attuned DIR`"));
}

TEST(Stock, IsFoundAboveTheProgram) {
  const auto stock = stock_folder();
  ASSERT_TRUE(stock) << stock.error().message;
  EXPECT_TRUE(std::filesystem::exists(*stock + "/probes/cpu"));
}

}  // namespace
}  // namespace attune::main
