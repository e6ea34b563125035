// SPDX-License-Identifier: Apache-2.0
// What deployment does on a host: here, on this machine.
#include "runtime/deploy/deployer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/deployment.h"
#include "runtime/deploy/sha256.h"
#include "tests/deploy/deploy_fixture.h"

namespace attune::deploy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class DeployerTest : public DeployTest {};

TEST_F(DeployerTest, UnpacksEveryKindOfArchiveIntoTheComponentsOwnDirectory) {
  for (const std::string kind : {"tar", "tar.gz", "tar.zst"}) {
    const End end = deploy("app1", app("app." + kind));
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(end->directory, dirlocal_ + "/components/app1");
    EXPECT_FALSE(end->was_there);
    EXPECT_EQ(read(place("app1") / "etc/settings"), "a=1\n");
    EXPECT_EQ(read(place("app1") / "bin/start"), read(dir_ / "app/bin/start"));
    undeploy("app1");
  }
}

TEST_F(DeployerTest, PutsASingleFileIntoTheDirectory) {
  ASSERT_TRUE(deploy("tool", dir_.write("run me.sh", "#!/bin/sh\n")));
  EXPECT_EQ(read(place("tool") / "run me.sh"), "#!/bin/sh\n");
}

TEST_F(DeployerTest, LetsNobodyButTheUserRead) {
  dir_.write("app/open", "x");
  std::filesystem::permissions(dir_ / "app/open", std::filesystem::perms(06777));
  ASSERT_TRUE(deploy("app1", app()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dirlocal_)) {
    const auto mode = static_cast<unsigned>(entry.status().permissions());
    EXPECT_EQ(mode & 07077U, 0U) << entry.path();
    EXPECT_EQ(mode & 0600U, 0600U) << entry.path();
  }
  EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(place("app1") / "bin/start").permissions()), 0700U);
  EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(place("app1") / "etc/settings").permissions()),
            0600U);
}

TEST_F(DeployerTest, TakesOneCommandOnAFreshHostAndOneMoreForFilesBesideTheArchive) {
  WatchedShell shell(shell_);
  Deployer deployer(loop_, shell);
  ASSERT_TRUE(loop_.run(deployer.deploy(host_, request("app1", app()), {})));
  EXPECT_EQ(std::exchange(shell.commands, 0), 1);
  DeployRequest more = request("app2", dir_.write("other", "content"));
  more.files = {{.name = "extra", .content = "x"}};
  ASSERT_TRUE(loop_.run(deployer.deploy(host_, more, {})));
  EXPECT_EQ(std::exchange(shell.commands, 0), 2);
  ASSERT_TRUE(loop_.run(deployer.deploy(host_, more, {})));
  EXPECT_EQ(shell.commands, 1);
}

TEST(ReadSurvey, FindsTheFreeSpaceInWhatDfSays) {
  const auto free = [](const std::string& line) {
    return read_survey("have\nFilesystem 1024-blocks Used Available Capacity Mounted on\n" + line + "\n")
        .free_bytes;
  };
  EXPECT_EQ(free("/dev/vda1      1020     300       720      30% /"), 720U * 1024);
  EXPECT_EQ(free("//nas/all of it 1020 300 720 30% /mnt/with blank"), 720U * 1024);
  EXPECT_EQ(free("tmpfs 0 0 0 - /odd"), std::nullopt);
  EXPECT_EQ(read_survey("deployed\n").free_bytes, std::nullopt);
}

TEST_F(DeployerTest, PushesAContentOncePerHost) {
  ASSERT_TRUE(deploy("app1", app()));
  const End second = deploy("app2", app());
  ASSERT_TRUE(second);
  EXPECT_EQ(second->bytes_sent, 0U);
  EXPECT_FALSE(second->was_there);
  EXPECT_THAT(stored(), ElementsAre(sha256_of(dir_.read("app.tar.gz"))));
}

TEST_F(DeployerTest, PushesAContentOnceForManyAtOnce) {
  const std::string archive = bulk("bulk", 3'000'000);
  std::vector<std::shared_ptr<Running>> all(8);
  for (size_t i = 0; i < all.size(); ++i) all[i] = begin(request("app" + std::to_string(i), archive));
  uint64_t sent = 0;
  for (const auto& running : all) {
    const End& end = await(running);
    ASSERT_TRUE(end) << end.error().message;
    sent += end->bytes_sent;
  }
  EXPECT_EQ(sent, 3'000'000U);
  EXPECT_EQ(read(place("app7") / "bulk"), read(archive));
}

TEST_F(DeployerTest, PushesASmallContentForManyOnAFreshHost) {
  for (int round = 0; round < 4; ++round) {
    dirlocal_ = dir_ / ("host" + std::to_string(round));
    const std::string archive = dir_.write("small", std::to_string(round));
    std::vector<std::shared_ptr<Running>> all;
    for (int i = 0; i < 6; ++i) all.push_back(begin(request("app" + std::to_string(i), archive)));
    for (const auto& running : all) {
      const End& end = await(running);
      EXPECT_TRUE(end) << end.error().message;
    }
  }
}

// What a survey says may be past when it is heard: another deployment, or another manager, pushes meanwhile.
class OvertakenPush : public DeployerTest {
 protected:
  OvertakenPush() {
    EXPECT_TRUE(deploy("other", app()));
    file_ = bulk("bulk", 300'000);
    content_ = read(file_);
  }
  void put(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
  }
  void expect_arrives(const std::function<void()>& meddle) {
    const End end = deploy_beside(request("app1", file_), meddle);
    ASSERT_TRUE(end) << end.error().message;
    EXPECT_EQ(read(place("app1") / "bulk"), content_);
  }
  std::string file_, content_;
};

TEST_F(OvertakenPush, WhosePartWasWholeTakesTheContent) {
  put(part_of(file_), content_);
  expect_arrives([&] { std::filesystem::rename(part_of(file_), kept(file_)); });
}

TEST_F(OvertakenPush, ThatSawAPartTakesTheWholeContent) {
  put(part_of(file_), content_.substr(0, 1000));
  expect_arrives([&] { put(kept(file_), content_); });
}

TEST_F(OvertakenPush, GoesOnBehindWhatHasComeMeanwhile) {
  put(part_of(file_), content_.substr(0, 1000));
  expect_arrives([&] { put(part_of(file_), content_.substr(0, 5000)); });
}

TEST_F(OvertakenPush, SendsAllWhereThePartHasGone) {
  put(part_of(file_), content_.substr(0, 1000));
  expect_arrives([&] { std::filesystem::remove(part_of(file_)); });
}

TEST_F(DeployerTest, DoesNothingWhenAllIsThere) {
  ASSERT_TRUE(deploy("app1", app()));
  dir_.write("host/attune/components/app1/etc/settings", "changed by hand");
  const End again = deploy("app1", app());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(read(place("app1") / "etc/settings"), "changed by hand");
}

TEST_F(DeployerTest, PutsExtraFilesOverTheArchives) {
  DeployRequest with = request("app1", app());
  with.files = {{"etc/settings", "a=2\n"}, {"bin/probe", "#!/bin/sh\n", true}};
  ASSERT_TRUE(deploy(with));
  EXPECT_EQ(read(place("app1") / "etc/settings"), "a=2\n");
  EXPECT_EQ(static_cast<unsigned>(std::filesystem::status(place("app1") / "bin/probe").permissions()), 0700U);
  with.files[0].content = "a=3\n";
  EXPECT_FALSE(deploy(with)->was_there);
  EXPECT_EQ(read(place("app1") / "etc/settings"), "a=3\n");
}

TEST_F(DeployerTest, MakesADirectoryWhereThereIsNothingToPutIn) {
  ASSERT_TRUE(deploy(request("empty")));
  EXPECT_TRUE(std::filesystem::is_directory(place("empty")));
}

TEST_F(DeployerTest, ReplacesAContentAndKeepsWhatTheSoftwareWrote) {
  dir_.write("app/old", "only in the first");
  ASSERT_TRUE(deploy("app1", app()));
  const std::string first = stored().front();
  dir_.write("host/attune/components/app1/var/data base/it's", "precious");
  std::filesystem::remove(dir_ / "app/old");
  dir_.write("app/new", "only in the second");
  ASSERT_TRUE(deploy("app1", app("second.tar")));
  EXPECT_FALSE(std::filesystem::exists(place("app1") / "old"));
  EXPECT_TRUE(std::filesystem::exists(place("app1") / "new"));
  EXPECT_EQ(read(place("app1") / "var/data base/it's"), "precious");
  EXPECT_THAT(stored(), ElementsAre(testing::Ne(first)));
}

TEST_F(DeployerTest, RemovesExactlyWhatWasDeployed) {
  const std::string mine = dir_.write("host/mine", "not ours");
  ASSERT_TRUE(deploy("app1", app()));
  EXPECT_EQ(undeploy("app1").files_left, 0U);
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
  EXPECT_TRUE(std::filesystem::exists(mine));
}

TEST_F(DeployerTest, RemovesTheDirectoriesThatItMadeOnTheWay) {
  dirlocal_ = dir_ / "host/a/b/c";
  std::filesystem::create_directories(dir_ / "host");
  ASSERT_TRUE(deploy("app1", app()));
  undeploy("app1");
  EXPECT_TRUE(std::filesystem::is_empty(dir_ / "host"));
}

TEST_F(DeployerTest, LeavesADirectoryThatWasThereBefore) {
  std::filesystem::create_directories(dirlocal_);
  ASSERT_TRUE(deploy("app1", app()));
  undeploy("app1");
  EXPECT_TRUE(std::filesystem::is_empty(dirlocal_));
}

TEST_F(DeployerTest, LeavesWhatTheSoftwareWroteAndSaysSo) {
  ASSERT_TRUE(deploy("app1", app()));
  dir_.write("host/attune/components/app1/log/today", "a line");
  dir_.write("host/attune/components/app1/odd\nname", "x");
  EXPECT_EQ(undeploy("app1").files_left, 3U);  // a line break counts twice
  EXPECT_EQ(read(place("app1") / "log/today"), "a line");
  EXPECT_FALSE(std::filesystem::exists(place("app1") / "bin"));
  ASSERT_TRUE(deploy("app1", app()));
  EXPECT_EQ(read(place("app1") / "log/today"), "a line");
}

TEST_F(DeployerTest, KeepsAContentThatAnotherComponentUses) {
  ASSERT_TRUE(deploy("app1", app()));
  ASSERT_TRUE(deploy("app2", app()));
  undeploy("app1");
  EXPECT_EQ(stored().size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(place("app2") / "bin/start"));
  undeploy("app2");
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

TEST_F(DeployerTest, UndeploysWhatHasNoContentAfterTheLastThatHadOne) {
  ASSERT_TRUE(deploy("app1", app()));
  ASSERT_TRUE(deploy("plain", {}));
  undeploy("app1");
  undeploy("plain");
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

TEST_F(DeployerTest, LeavesNothingOfManyThatAreUndeployedAtOnce) {
  std::vector<std::string> names = {"app1", "app2", "app3", "app4"};
  for (const std::string& name : names) ASSERT_TRUE(deploy(name, app()));
  size_t ended = 0;
  for (const std::string& name : names) {
    start<Result<Undeployed>>(deployer_.undeploy(host_, name, dirlocal_, {}),
                              [&](const Result<Undeployed>& end) { ended += end ? 1 : 0; });
  }
  loop_.run_until([&] { return ended == names.size(); });
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

TEST_F(DeployerTest, FollowsNoLinkWhenItRemoves) {
  dir_.write("precious/settings", "mine");
  ASSERT_TRUE(deploy("app1", app()));
  std::filesystem::remove_all(place("app1") / "etc");
  std::filesystem::create_directory_symlink(dir_ / "precious", place("app1") / "etc");
  undeploy("app1");
  EXPECT_EQ(dir_.read("precious/settings"), "mine");
}

TEST_F(DeployerTest, UndeploysWhatIsNotThere) {
  EXPECT_EQ(undeploy("never").files_left, 0U);
  ASSERT_TRUE(deploy("app1", app()));
  EXPECT_EQ(undeploy("never").files_left, 0U);
  EXPECT_TRUE(std::filesystem::exists(place("app1") / "bin/start"));
}

TEST_F(DeployerTest, SendsADamagedContentAnew) {
  ASSERT_TRUE(deploy("app1", app()));
  dir_.write("host/attune/content/" + stored().front(), "rubbish");
  const End end = deploy("app2", app());
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_GT(end->bytes_sent, 0U);
  EXPECT_EQ(read(place("app2") / "etc/settings"), "a=1\n");
}

TEST_F(DeployerTest, GoesOnWhereAPartEnds) {
  const std::string file = bulk("bulk", 2'000'000);
  const std::string part = "host/attune/content/" + sha256_of(read(file)) + ".part";
  ASSERT_TRUE(deploy("other", app()));
  dir_.write(part, read(file).substr(0, 1'500'000));
  const End end = deploy("app1", file);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->bytes_sent, 500'000U);
  EXPECT_EQ(read(place("app1") / "bulk"), read(file));
}

TEST_F(DeployerTest, StartsOverWhereAPartIsDamaged) {
  const std::string file = bulk("bulk", 200'000);
  ASSERT_TRUE(deploy("other", app()));
  dir_.write("host/attune/content/" + sha256_of(read(file)) + ".part", std::string(100'000, 'x'));
  const Error first = error(request("app1", file));
  EXPECT_EQ(first.code, ErrorCode::kCorrupt);
  EXPECT_THAT(first.message, StartsWith("host here: bulk arrived damaged"));
  EXPECT_TRUE(deploy("app1", file));
}

TEST_F(DeployerTest, TakesUpAfterADeathInTheMiddle) {
  ASSERT_TRUE(deploy("app1", app()));
  dir_.write("host/attune/components/.app1.new/half", "x");
  dir_.write("host/attune/components/app1/log", "kept");
  std::filesystem::rename(place("app1"), place(".app1.old"));  // died between the two renames
  ASSERT_TRUE(deploy("app1", app()));
  EXPECT_EQ(read(place("app1") / "etc/settings"), "a=1\n");
  EXPECT_EQ(read(place("app1") / "log"), "kept");
  EXPECT_FALSE(std::filesystem::exists(place(".app1.new")));
  EXPECT_FALSE(std::filesystem::exists(place(".app1.old")));
}

TEST_F(DeployerTest, SaysThatAnInterpreterIsMissingBeforeAnythingIsSent) {
  dir_.write("app/start.py", "#!/opt/none/python9\n", true);
  DeployRequest wanted = request("app1", app());
  const Error problem = error(wanted);
  EXPECT_EQ(problem.code, ErrorCode::kNotFound);
  EXPECT_THAT(problem.message,
              HasSubstr("host here: ./start.py in app.tar.gz needs the interpreter /opt/none/python9"));
  EXPECT_THAT(stored(), IsEmpty());
  wanted.may_lack_interpreters = true;
  EXPECT_TRUE(deploy(wanted));
}

TEST_F(DeployerTest, SaysThatTheInterpreterOfASingleScriptIsMissing) {
  EXPECT_THAT(
      error(request("tool", dir_.write("tool", "#!/usr/bin/env no-such-language\n"))).message,
      HasSubstr(
          "host here: tool needs the interpreter no-such-language, which is missing there: install it"));
}

TEST_F(DeployerTest, RefusesNamesThatAreNoFilesName) {
  for (const std::string name : {"", "..", "a/b", "-a", ".a", "a b"}) {
    EXPECT_EQ(error(request(name)).code, ErrorCode::kInvalid) << name;
  }
  for (const std::string dir : {"", "/", "relative", "/a/../b", "/a/", "/a\nb"}) {
    dirlocal_ = dir;
    EXPECT_EQ(error(request("app1")).code, ErrorCode::kInvalid) << dir;
  }
}

TEST_F(DeployerTest, RefusesExtraFilesOutsideTheDirectory) {
  DeployRequest wanted = request("app1");
  wanted.files = {{"../x", "y"}};
  EXPECT_THAT(error(wanted).message, HasSubstr("host here: its entry '../x' climbs"));
}

TEST_F(DeployerTest, TrustsNoDirectoryThatIsALink) {
  std::filesystem::create_directories(dirlocal_);
  std::filesystem::create_directory_symlink(dir_.path(), dirlocal_ + "/content");
  const Error problem = error(request("app1", app()));
  EXPECT_EQ(problem.code, ErrorCode::kDenied);
  EXPECT_THAT(problem.message, HasSubstr(dirlocal_ + "/content is not a directory of user"));
}

TEST_F(DeployerTest, DoesOneThingAtATimeWithAComponent) {
  const auto running = begin(request("app1", bulk("bulk", 1'000'000)));
  EXPECT_EQ(error(request("app1")).code, ErrorCode::kExists);
  EXPECT_TRUE(await(running));
  EXPECT_TRUE(deploy(request("app1")));
}

TEST_F(DeployerTest, CanBeCancelledAndGoesOnLater) {
  const std::string archive =
      app();  // written once: it may still be looked at when the first has been given up
  stop_.request_stop();
  const Error problem = error(request("app1", archive));
  EXPECT_EQ(problem.code, ErrorCode::kCancelled);
  stop_ = {};
  const auto later = deploy("app1", archive);
  EXPECT_TRUE(later) << later.error().message;
}

TEST_F(DeployerTest, DoesNotWaitForAnothersPushOnceItIsCancelled) {
  const auto first = begin(request("app1", bulk("bulk", 60'000'000)));
  const auto second = begin(request("app2", dir_ / "bulk"));
  second->stop.request_stop();
  const End& end = await(second);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, ErrorCode::kCancelled);
  EXPECT_THAT(end.error().message, StartsWith("host here: cancelled while"));
  EXPECT_FALSE(first->end) << "the other goes on";
  EXPECT_TRUE(await(first));
}

TEST_F(DeployerTest, TakesAnythingThatAHostSaysIsLeft) {
  WatchedShell shell(shell_);
  Deployer deployer(loop_, shell);
  for (const char* odd : {"left x", "left ", "left 99999999999999999999999"}) {
    shell.says = odd;
    const auto end = loop_.run(deployer.undeploy(host_, "app1", dirlocal_, {}));
    ASSERT_FALSE(end) << odd;
    EXPECT_EQ(end.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(end.error().message, StartsWith("host here: it does not say"));
  }
}

TEST_F(DeployerTest, TellsHowFarItIs) {
  std::vector<DeployProgress::Stage> stages;
  uint64_t sent = 0;
  on_progress_ = [&](const DeployProgress& progress) {
    if (stages.empty() || stages.back() != progress.stage) stages.push_back(progress.stage);
    sent = progress.sent;
    if (progress.total != 0) {
      EXPECT_EQ(progress.total, 500'000U);
    }
  };
  ASSERT_TRUE(deploy("app1", bulk("bulk", 500'000)));
  using Stage = DeployProgress::Stage;
  EXPECT_THAT(stages, ElementsAre(Stage::kLooking, Stage::kSending, Stage::kUnpacking));
  EXPECT_EQ(sent, 500'000U);
}

TEST_F(DeployerTest, LooksAtAFileAgainWhenItHasChanged) {
  ASSERT_TRUE(deploy("app1", dir_.write("conf", "one")));
  ASSERT_TRUE(deploy("app2", dir_.write("conf", "other")));
  EXPECT_EQ(read(place("app1") / "conf"), "one");
  EXPECT_EQ(read(place("app2") / "conf"), "other");
}

// --- what lies there ---

std::string listed(const Result<std::vector<Lying>>& found) {
  if (!found) return found.error().message;
  std::string text;
  for (const Lying& one : *found)
    text += (text.empty() ? "" : " ") + one.component + (one.runs ? " runs" : "");
  return text;
}

TEST_F(DeployTest, ListsWhatWasDeployedForTheHost) {
  const auto list = [&] { return listed(loop_.run(deployer_.list(host_, dirlocal_, {}))); };
  EXPECT_EQ(list(), "");
  ASSERT_TRUE(deploy("app1", app()));
  ASSERT_TRUE(deploy("app2", app()));
  EXPECT_EQ(list(), "app1 app2");
  undeploy("app1");
  EXPECT_EQ(list(), "app2");
}

TEST_F(DeployTest, ListsADeploymentThatHasOnlyBegun) {
  ASSERT_TRUE(deploy("app1", app()));
  std::filesystem::rename(dirlocal_ + "/deployed/app1", dirlocal_ + "/deployed/app1.pending");
  EXPECT_EQ(listed(loop_.run(deployer_.list(host_, dirlocal_, {}))), "app1");
}

// Hosts may see one directory.
TEST_F(DeployTest, WhatIsDeployedForAnotherHostTooIsThatOnes) {
  ASSERT_TRUE(deploy("app1", app()));
  const ports::HostTarget first = host_;
  host_.name = "another";
  const End again = deploy("app1", app());
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(listed(loop_.run(deployer_.list(first, dirlocal_, {}))), "");
  EXPECT_EQ(listed(loop_.run(deployer_.list(host_, dirlocal_, {}))), "app1");
  undeploy("app1");
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

}  // namespace
}  // namespace attune::deploy
