// SPDX-License-Identifier: Apache-2.0
// Deployments to a lab host whose file system fills, or whose link is cut, in the middle. Each failure is one
// line that names the host and says what to do, and deploying again picks up where it stopped.
#include <functional>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/deployer.h"
#include "runtime/deploy/sha256.h"
#include "runtime/transport/ssh_shell.h"
#include "tests/live/lab.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"

namespace attune::test {
namespace {

using deploy::Deployed;
using deploy::DeployProgress;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr size_t kSize =
    200'000'000;  // some time's worth: it goes on being sent while the middle is dealt with
const std::string kDisk = "/run/attune-disk";  // a small file system of the host's own
const std::string kDirlocal = kDisk + "/host/attune";

class DeployFault : public ::testing::Test {
 public:
  ~DeployFault() override {
    lab().mend();
    on_host("umount " + kDisk);
    loop_.settle();
  }

 protected:
  using End = Result<Deployed>;

  DeployFault() {
    on_host("mkdir -p " + kDisk + " && mount -t tmpfs -o size=512m attune " + kDisk);
    uint64_t state = 88172645463325252U;
    while (content_.size() < kSize) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      content_.append(reinterpret_cast<const char*>(&state), sizeof(state));
    }
    dir_.write("bulk", content_);
  }
  static Lab& lab() { return the_lab(); }
  static std::string on_host(const std::string& line) { return lab().shell("lab1", line); }
  static void fill() { on_host("cat /dev/zero >" + kDisk + "/filler 2>/dev/null || true"); }
  static void make_space() { on_host("rm " + kDisk + "/filler"); }

  // Does the other in the middle of the sending.
  End deploy_and(std::function<void()> in_the_middle) {
    const ports::HostTarget host{.name = "lab1",
                                 .address = lab().address("lab1"),
                                 .user = "root",
                                 .identity_file = lab().path("id_ed25519"),
                                 .known_hosts = lab().path("known_hosts")};
    const deploy::DeployRequest request{"app1", kDirlocal, dir_ / "bulk", {}};
    return loop_.run(deployer_.deploy(host, request, {}, [&](const DeployProgress& progress) {
      if (progress.sent >= kSize / 20 && in_the_middle) std::exchange(in_the_middle, nullptr)();
    }));
  }
  static void expect_error(const End& end, ErrorCode code, const std::string& what) {
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, code) << end.error().message;
    EXPECT_THAT(end.error().message, AllOf(StartsWith("host lab1"), HasSubstr(what),
                                           HasSubstr("deploy again"), Not(HasSubstr("\n"))));
    EXPECT_EQ(on_host("ls " + kDirlocal + "/components"), "");
  }
  // How much of the content has arrived and stayed; all of it, where only the unpacking found no space.
  uint64_t arrived() const {
    return std::stoull(on_host("cat " + kDirlocal + "/content/" + deploy::sha256_of(content_) + "* | wc -c"));
  }
  void expect_to_go_on_behind(uint64_t arrived) {
    EXPECT_GT(arrived, 0U);
    const End again = deploy_and({});
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_LT(again->bytes_sent, kSize);
    EXPECT_THAT(on_host("sha256sum <" + kDirlocal + "/components/app1/bulk"),
                StartsWith(deploy::sha256_of(content_)));
  }

  TestLoop loop_;
  TempDir dir_;
  std::string content_;
  transport::SshShell shell_{loop_, {.silence = std::chrono::seconds(2)}};
  deploy::Deployer deployer_{loop_, shell_};
};

TEST_F(DeployFault, AFullFileSystemIsToldBeforeAnythingIsSent) {
  fill();
  on_host("truncate -s 400m " + kDisk + "/filler");
  expect_error(deploy_and([] { ADD_FAILURE() << "it is sent"; }), ErrorCode::kNoSpace,
               "no space for bulk below");
  make_space();
  EXPECT_TRUE(deploy_and({}));
}

TEST_F(DeployFault, AFileSystemThatFillsInTheMiddleIsTold) {
  expect_error(deploy_and(fill), ErrorCode::kNoSpace, "no space left while");
  const uint64_t there = arrived();
  make_space();
  expect_to_go_on_behind(there);
}

TEST_F(DeployFault, ALinkThatIsCutInTheMiddleIsTold) {
  // What writes there stops by itself, or all might have arrived before the link is cut.
  const std::string halting = kDisk + "/halting";
  on_host("printf '#!/bin/sh\\nhead -c 20000000\\nkill -STOP $$\\n' >" + halting + " && chmod +x " + halting +
          " && mount --bind " + halting + " /usr/bin/cat");
  const End end = deploy_and([] {
    on_host("until pgrep --exact --runstates T cat; do sleep 0.05; done");
    lab().cut("lab1");
  });
  lab().join("lab1");
  on_host("umount --lazy /usr/bin/cat && pkill -CONT -x cat");
  expect_error(end, ErrorCode::kUnreachable, "connection lost while sending bulk");
  expect_to_go_on_behind(arrived());
}

}  // namespace
}  // namespace attune::test
