// SPDX-License-Identifier: Apache-2.0
// The real daemon in a world that fails it: a host that falls silent, a disk that is full.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

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

// The host behind SSH has a fence, which runs on this machine and notes whom it has switched off.
class FencedHostTest : public FarHostTest {
 protected:
  FencedHostTest() {
    write("attune.info",
          "host {\n  load_period 0s\n  silence 2s\n}\nfence {\n  alone true\n  delay 100ms\n  retry 1s\n}\n");
    std::string text = dir_.read("project/deployment.mmd");
    const std::string nodes = "+nodefile: String = \"machine.nodes\"";
    text.replace(text.find(nodes), nodes.size(), nodes + "\n    +fence: String = \"pdu\"");
    text += fmt::format(
        "  class desk {{\n    <<host-family>>\n    +protocol: String = \"local\"\n    +dirlocal: String = "
        "\"{}\"\n  }}\n  class pdu {{\n    +host-family: String = \"desk\"\n    +wrapper: String = "
        "\"pdu.xml\"\n"
        "    +legacyFile: String = \"switch\"\n  }}\n",
        dir_ / "desk");
    write("deployment.mmd", text);
    write("wrappers/pdu.xml",
          "<wrapper name='pdu'>\n  <method name='fence' key='Script' method='switch'>\n"
          "    <param value='$1.name'/><param value='$1.plug'/>\n  </method>\n</wrapper>\n");
    write("machine.nodes", "box address=127.0.0.1 plug=4\n");
    fence_is("echo \"$@\" > " + dir_ / "fenced");
  }
  void fence_is(const std::string& command) {
    dir_.write("project/switch", "#!/bin/sh\n" + command + "\n", true);
  }
  void await_off() {
    daemon_.await<workflow::SystemChanged>([](const workflow::SystemChanged& changed) {
      const auto* host = std::get_if<system::HostChanged>(&changed.change);
      return host != nullptr && host->host == "box" && host->state == system::HostState::kOff &&
             changed.by == "pdu.fence";
    });
  }
};

TEST_F(FencedHostTest, IsOffOnceItsFenceHasConfirmedIt) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  sshd_.stop();
  await_event("host_down", "box");
  await_off();
  EXPECT_EQ(dir_.read("fenced"), "fence box 4\n");
  await_event("host_down", "box");
}

TEST_F(FencedHostTest, IsNotOffWhereItsFenceFailsAndAPersonIsAsked) {
  fence_is("echo no such plug >&2; exit 1");
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  sshd_.stop();
  EXPECT_THAT(daemon_.await<workflow::Alerted>().text,
              HasSubstr("box does not answer, and is not fenced: pdu.fence exited with 1: switch fence on "
                        "localhost ended with code 1: no such plug"));
  EXPECT_THAT(daemon_.ask("GET", "/v1/hosts"), HasSubstr(R"("state":"down")"));
  daemon_.ask("POST", "/v1/hosts/box/off");
  EXPECT_THAT(daemon_.ask("GET", "/v1/hosts"), HasSubstr(R"("state":"off")"));
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

  // Changes an attribute until that is refused, and gives back by what. The last value: `/notes/<asked_>`.
  Error ask_until_refused() {
    for (;;) {
      auto answer = daemon_.try_ask("PUT", "/v1/components/app1/attributes/notes",
                                    fmt::format(R"({{"value": "/notes/{}"}})", ++asked_));
      if (!answer) return std::move(answer.error());
    }
  }

  const std::string disk_ = dir_ / "d/state";
  int asked_ = 0;
};

TEST_F(FullDiskTest, WaitsForSpaceAndGoesOn) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  (void)ask_until_refused();
  daemon_.await_log("nothing is begun until there is space again");
  EXPECT_THAT(daemon_.ask("GET", "/v1/status"), HasSubstr("full"));
  daemon_.write("alarm app1 level=3\n");
  std::filesystem::remove(disk_ + "/filling");
  daemon_.await_log("the journal can be written again");
  daemon_.await<EventSuppressed>([](const EventSuppressed& event) { return event.name == "alarm"; });
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
}

TEST_F(FullDiskTest, TellsWhoMeetsItAtOnceAndKeepsWhatWasAsked) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  const Error told = ask_until_refused();
  EXPECT_EQ(told.code, ErrorCode::kNoSpace);
  EXPECT_THAT(told.message, HasSubstr("what you ask is kept, and done once that is mended"));
  const std::string last = fmt::format("/notes/{}", asked_);
  EXPECT_THAT(daemon_.log(), ::testing::Not(HasSubstr(last))) << "it is not written";
  std::filesystem::remove(disk_ + "/filling");
  daemon_.await_log(last);
}

TEST_F(FullDiskTest, TellsWhoWaitsForARunThatCannotGoOn) {
  const std::string answer = dir_ / "answer";
  ASSERT_EQ(::mkfifo(answer.c_str(), 0600), 0);
  daemon_.start();
  const auto start = daemon_.await<RunEnded>();
  ASSERT_EQ(start.end, RunEnd::kDone);
  auto waiting = std::async(std::launch::async, [&] {
    return daemon_.try_ask("POST", "/v1/calls",
                           R"({"component": "app1", "stub": "ask", "arguments": [")" + answer + "\"]}");
  });
  daemon_.await<workflow::CallIntent>([](const auto& intent) { return intent.call.stub == "ask"; });
  fill();
  (void)ask_until_refused();
  const auto told = waiting.get();
  std::ofstream(answer) << "0\n";
  ASSERT_FALSE(told);
  EXPECT_THAT(told.error().message,
              HasSubstr(fmt::format("run {} has begun, and goes on once that is mended", start.run + 1)));
}

TEST_F(FullDiskTest, SaysNothingOfAnEndThatIsNotWritten) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  (void)ask_until_refused();
  daemon_.kill(SIGTERM);
  (void)daemon_.await_end();
  EXPECT_THAT(daemon_.log(), ::testing::Not(HasSubstr("attuned has ended")));
  EXPECT_THAT(daemon_.log(), HasSubstr("the journal could not be written in time"));
}

TEST_F(FullDiskTest, EndsAllTheSame) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  fill();
  for (int i = 0; i < 50; ++i) daemon_.write(fmt::format("alarm app{} level={}\n", i % 2 + 1, i));
  (void)ask_until_refused();
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
