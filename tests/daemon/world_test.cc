// SPDX-License-Identifier: Apache-2.0
// The real daemon in a world that fails it: a host that falls silent, a disk that is full.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stop_token>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include "tests/daemon/small_project.h"
#include "tests/support/sshd.h"

namespace attune::main {
namespace {

using ::testing::HasSubstr;
using workflow::EventSuppressed;
using workflow::RunEnd;
using workflow::RunEnded;

// The services run on a host behind SSH.
class FarHostTest : public DaemonTest {
 protected:
  FarHostTest() {
    const ports::HostTarget box = sshd_.target();
    write("machine.nodes", "box address=127.0.0.1\n");
    write("attune.info", "status { period 500ms }\nhost {\n  load_period 1s\n  silence 2s\n}\n");
    std::string text = deployment();
    const std::string local = "+protocol: String = \"local\"";
    text.replace(text.find(local), local.size(),
                 fmt::format("+user: String = \"{}\"\n    +port: Integer = {}\n"
                             "    +identity-file: String = \"{}\"\n    +known-hosts: String = \"{}\"",
                             box.user, box.port, box.identity_file, box.known_hosts));
    write("deployment.mmd", text);
  }
  void await_event(const std::string& name, const std::string& component) {
    daemon_.await<EventSuppressed>(
        [&](const EventSuppressed& event) { return event.name == name && event.component == component; });
  }

  test::Sshd sshd_;
};

TEST_F(FarHostTest, DeploysStartsAndAdoptsOverSsh) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  const pid_t process = process_of("app1");
  EXPECT_GT(process, 0);
  daemon_.crash();
  daemon_.start();
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_EQ(process_of("app1"), process);
  EXPECT_EQ(starts_of("app1"), 1u);
}

TEST_F(FarHostTest, RaisesHostDownAndHostUp) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  sshd_.freeze_connections();
  await_event("host_down", "box");
  sshd_.kill_connections();
  await_event("host_up", "box");
  EXPECT_GT(process_of("app1"), 0) << "a silent host is no reason to end what runs there";
}

TEST_F(FarHostTest, GoesOnWhenItsHostIsNotThereYet) {
  sshd_.stop();
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kFailed);
  await_event("host_down", "box");
  EXPECT_THAT(daemon_.log(), HasSubstr("host box (root@127.0.0.1:"));
  sshd_.start();
  await_event("host_up", "box");
  EXPECT_THAT(daemon_.ask("POST", "/v1/calls", R"({"component": "app1", "stub": "start"})"),
              HasSubstr(R"("end":"done")"));
  EXPECT_GT(process_of("app1"), 0);
}

class FullDiskTest : public DaemonTest {
 protected:
  FullDiskTest() {
    std::filesystem::create_directories(disk_);
    const bool is_mounted = ::unshare(CLONE_NEWNS) == 0 &&
                            ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                            ::mount("tmpfs", disk_.c_str(), "tmpfs", 0, "size=1m") == 0;
    if (!is_mounted) throw std::runtime_error("a full disk takes a mount: run the tests as root");
  }
  ~FullDiskTest() override {
    if (daemon_.pid() > 0) daemon_.crash();
    ::umount2(disk_.c_str(), MNT_DETACH);
  }
  void fill() {
    std::ofstream file(disk_ + "/filling", std::ios::binary);
    const std::string piece(4096, 'x');
    while (file.write(piece.data(), static_cast<std::streamsize>(piece.size())).flush()) {
    }
  }

  // Each call by hand is records. While the disk is full, one waits.
  void ask_until(const std::stop_token& over) const {
    const std::string call = R"({"component": "app1", "stub": "ask", "arguments": ["quick"]})";
    while (!over.stop_requested() && daemon_.try_ask("POST", "/v1/calls", call)) {
    }
  }

  const std::string disk_ = dir_ / "d/state";
};

TEST_F(FullDiskTest, WaitsForSpaceAndGoesOn) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  const std::jthread asking([this](const std::stop_token& over) { ask_until(over); });
  daemon_.await_log("nothing is begun until there is");
  EXPECT_THAT(daemon_.ask("GET", "/v1/status"), HasSubstr("full"));
  daemon_.write("alarm app1 level=3\n");
  std::filesystem::remove(disk_ + "/filling");
  daemon_.await_log("the journal can be written again");
  daemon_.await<EventSuppressed>([](const EventSuppressed& event) { return event.name == "alarm"; });
  daemon_.kill(SIGTERM);  // ends who asks, too
  EXPECT_EQ(daemon_.await_end(), 0);
}

TEST_F(FullDiskTest, EndsAllTheSame) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  for (int i = 0; i < 50; ++i) daemon_.write(fmt::format("alarm app{} level={}\n", i % 2 + 1, i));
  const std::jthread asking([this](const std::stop_token& over) { ask_until(over); });
  daemon_.await_log("nothing is begun until there is");
  daemon_.kill(SIGTERM);
  (void)daemon_.await_end();
  EXPECT_GT(process_of("app1"), 0);
  std::filesystem::remove(disk_ + "/filling");
  daemon_.start();
  EXPECT_EQ(states(), "app1 started, app2 started");
}

}  // namespace
}  // namespace attune::main
