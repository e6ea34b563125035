// SPDX-License-Identifier: Apache-2.0
// Deployment over SSH to a real sshd, and each thing that can go wrong on the way. Each failure is one line
// that names the host and says what to do; another host goes on; deploying again goes on where it stopped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/deploy_all.h"
#include "runtime/deploy/sha256.h"
#include "tests/deploy/deploy_fixture.h"

namespace attune::deploy {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class RemoteDeploy : public DeployTest {
 public:
  RemoteDeploy() { host_ = sshd_.target("box"); }

 protected:
  void expect_error(const Error& problem, ErrorCode code, const std::vector<std::string>& parts) {
    EXPECT_EQ(problem.code, code) << problem.message;
    EXPECT_THAT(problem.message, StartsWith("host box"));
    EXPECT_EQ(problem.message.find('\n'), std::string::npos);
    for (const std::string& part : parts) EXPECT_THAT(problem.message, HasSubstr(part));
  }
  static uint64_t size_of(const std::string& file) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(file, ignored);
    return ignored ? 0 : size;
  }

  test::Sshd sshd_;
};

TEST_F(RemoteDeploy, UnpacksAndRuns) {
  const End end = deploy("app1", app("app.tar.zst"));
  ASSERT_TRUE(end) << end.error().message;
  ports::Command command;
  command.argv = {end->directory + "/bin/start", "it's"};
  const auto ran = loop_.run(shell_.run(host_, command, {}));
  EXPECT_EQ(std::get<ports::Exited>(*ran).output, "started it's\n");
  EXPECT_EQ(undeploy("app1").files_left, 0U);
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

TEST_F(RemoteDeploy, UnreachableHostIsToldAndTheOthersGoOn) {
  test::Sshd other;
  sshd_.stop();
  std::string shown;
  SystemClock clock;
  Progress progress([&](std::string_view text) { shown += text; }, Progress::Style::kPlain, clock);
  DeployRequest there = request("app1", app());
  there.dirlocal = dir_ / "there";
  std::vector<Placement> all = {{host_, request("app1", app())}, {other.target("other"), there}};
  const auto results = loop_.run(deploy_all(deployer_, all, {}, &progress));
  ASSERT_FALSE(results[0]);
  expect_error(results[0].error(), ErrorCode::kUnreachable, {"Connection refused", "check that it is up"});
  EXPECT_TRUE(results[1]);
  EXPECT_EQ(progress.failures(), 1U);
  EXPECT_THAT(shown, HasSubstr("host other: app1 deployed"));
  EXPECT_THAT(shown, HasSubstr("app1: host box ("));
}

TEST_F(RemoteDeploy, RefusedKeyIsTold) {
  sshd_.dir().write("authorized_keys", "");
  expect_error(error(request("app1", app())), ErrorCode::kDenied, {"is refused", "authorized_keys"});
}

TEST_F(RemoteDeploy, ChangedHostKeyIsTold) {
  sshd_.stop();
  sshd_.change_host_key();
  sshd_.start();
  expect_error(error(request("app1", app())), ErrorCode::kDenied, {"its host key has changed", "ssh-keygen"});
}

TEST_F(RemoteDeploy, UnknownHostKeyIsToldOrLearnt) {
  host_.known_hosts = dir_ / "known";
  expect_error(error(request("app1", app())), ErrorCode::kDenied, {"is not in", "check it and add it"});
  host_.accept_new_host_key = true;
  EXPECT_TRUE(deploy("app1", app()));
}

TEST_F(RemoteDeploy, BrokenArchiveIsToldBeforeAnyHostIsAsked) {
  app();
  dir_.write("app.tar.gz", dir_.read("app.tar.gz").substr(0, 100));
  expect_error(error(request("app1", dir_ / "app.tar.gz")), ErrorCode::kCorrupt,
               {"app.tar.gz: the archive is broken", "make it anew"});
  EXPECT_FALSE(std::filesystem::exists(dirlocal_));
}

TEST_F(RemoteDeploy, MissingInterpreterIsTold) {
  dir_.write("app/start.py", "#!/opt/none/python9\n", true);
  expect_error(error(request("app1", app())), ErrorCode::kNotFound, {"/opt/none/python9", "install it"});
}

TEST_F(RemoteDeploy, ForbiddenDirectoryIsTold) {
  dir_.write("file", "");
  dirlocal_ = dir_ / "file/below";
  expect_error(error(request("app1", app())), ErrorCode::kFailed, {"making directories below"});
}

// Kills the connection once some of the file has arrived.
class CutInTheMiddle : public RemoteDeploy {
 protected:
  CutInTheMiddle() {
    file_ = bulk("bulk", 40'000'000);
    on_progress_ = [this](const DeployProgress& progress) {
      if (progress.sent < 4'000'000 || was_cut_) return;
      was_cut_ = true;
      sshd_.kill_connections();
    };
  }
  std::string file_;
  bool was_cut_ = false;
};

TEST_F(CutInTheMiddle, IsToldAndTakenUpWhereItStopped) {
  expect_error(error(request("app1", file_)), ErrorCode::kUnreachable,
               {"connection lost while sending bulk", "deploy again, it goes on from there"});
  EXPECT_TRUE(was_cut_);
  EXPECT_FALSE(std::filesystem::exists(place("app1")));
  loop_.run_until([&] { return size_of(part_of(file_)) > 0; });
  const uint64_t arrived = size_of(part_of(file_));

  const End again = deploy("app1", file_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_LE(again->bytes_sent, 40'000'000 - arrived);
  EXPECT_GT(again->bytes_sent, 0U);
  EXPECT_EQ(read(place("app1") / "bulk"), read(file_));
}

TEST_F(CutInTheMiddle, FailsForAllThatWaitForTheSameContent) {
  const auto first = begin(request("app1", file_));
  const auto second = begin(request("app2", file_));
  EXPECT_FALSE(await(first));
  EXPECT_FALSE(await(second));
  EXPECT_TRUE(deploy("app1", file_));
  EXPECT_EQ(deploy("app2", file_)->bytes_sent, 0U);
}

TEST_F(RemoteDeploy, WhatAnotherHasSentMeanwhileIsNotSentAgain) {
  ASSERT_TRUE(deploy("other", app()));
  const std::string file = bulk("bulk", 20'000'000);
  std::ofstream(part_of(file)) << "begun";  // otherwise looking and sending are one command
  const End end = deploy_beside(request("app1", file), [&] { std::filesystem::copy_file(file, kept(file)); });
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(end->bytes_sent, 0U);
  EXPECT_EQ(read(place("app1") / "bulk"), read(file));
}

TEST_F(RemoteDeploy, CancelledPushIsTakenOverByWhoWaitsForIt) {
  const std::string file = bulk("bulk", 40'000'000);
  std::shared_ptr<Running> first;
  on_progress_ = [&](const DeployProgress& progress) {
    if (progress.sent > 1'000'000) first->stop.request_stop();
  };
  first = begin(request("app1", file));
  on_progress_ = {};
  const auto second = begin(request("app2", file));
  const End& cancelled = await(first);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  const End& end = await(second);
  ASSERT_TRUE(end) << end.error().message;
  EXPECT_EQ(read(place("app2") / "bulk"), read(file));
}

}  // namespace
}  // namespace attune::deploy
