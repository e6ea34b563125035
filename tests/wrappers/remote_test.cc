// SPDX-License-Identifier: Apache-2.0
// Programs and probes on a host that is reached over SSH: what the way there must not change, and what
// happens when it breaks.
#include <csignal>

#include "runtime/transport/ssh_shell.h"
#include "tests/support/sshd.h"
#include "tests/wrappers/local_fixture.h"
#include "wrappers/probe.h"
#include "wrappers/process.h"

namespace attune::wrappers {
namespace {

using ::testing::Contains;
using ::testing::StartsWith;

class RemoteTest : public LocalTest {
 protected:
  RemoteTest() {
    remote_.apply(system::HostChanged{.host = "lab1", .state = system::HostState::kUp});
    app_ = remote_.make("app", "lab1");
  }
  std::string call(Implementation& implementation, system::ComponentId id, const std::string& operation,
                   const std::vector<std::string>& arguments = {}) {
    return await(begin(implementation, remote_.call(id, "", operation, arguments)));
  }

  test::Sshd sshd_;
  transport::SshShell ssh_{loop_, {}};
  WrapperWorld remote_{loop_, clock_, ssh_, land_, there(sshd_.target())};
  system::ComponentId app_ = system::kNoComponent;
};

class RemoteProcessTest : public RemoteTest {
 public:
  ~RemoteProcessTest() override { call(process_, app_, "kill"); }

 protected:
  RemoteProcessTest() {
    deployed("app1", "server",
             "trap 'echo told to end' TERM\necho \"serves $*\"\nwhile :; do sleep 0.01; done\n");
  }
  std::string start_server() { return call(process_, app_, "start", {"./server", "a b", "$HOME"}); }
  pid_t pid() { return std::stoi(in_run_directory("app1", "pid")); }

  Process process_{remote_.world};
};

TEST_F(RemoteProcessTest, StartsWithItsArgumentsAsTheyAre) {
  EXPECT_EQ(start_server(), "exited 0");
  await_text("host/small/run/app1/output", "serves a b $HOME");
  EXPECT_EQ(call(process_, app_, "status"), "exited 0");
}

TEST_F(RemoteProcessTest, OutlivesTheConnection) {
  start_server();
  sshd_.kill_connections();
  EXPECT_FALSE(is_gone(pid()));
  EXPECT_EQ(adopted(process_, app_), "started");
}

TEST_F(RemoteProcessTest, ACallWhoseConnectionBreaksIsLost) {
  start_server();
  await_text("host/small/run/app1/output", "serves");
  const auto going = begin(process_, remote_.call(app_, "Process", "stop"));
  await_text("host/small/run/app1/output", "told to end");
  sshd_.kill_connections();
  EXPECT_THAT(await(going), StartsWith("lost: "));
  EXPECT_EQ(adopted(process_, app_), "started");
}

TEST_F(RemoteProcessTest, AHostOutOfReachIsNoWordOfTheProcess) {
  start_server();
  sshd_.stop();
  EXPECT_THAT(call(process_, app_, "status"), StartsWith("exited 125"));
  EXPECT_THAT(adopted(process_, app_), ::testing::HasSubstr("lab1"));
  sshd_.start();
}

class RemoteProbeTest : public RemoteTest {
 public:
  ~RemoteProbeTest() override { call(*probe_, id_, "stop"); }

 protected:
  RemoteProbeTest() {
    id_ = remote_.make("probe", "lab1");
    dir_.write("project/watch", "#!/bin/sh\necho \"born $2 $$\" > \"$1\"\nexec sleep 1000\n");
    started_ = call(*probe_, id_, "create", {"watch", "/dev/stdout", "app1"});
  }
  void await_lines(size_t count) {
    loop_.run_until([&] { return remote_.lines.size() == count; });
  }
  pid_t pid_in(const std::string& line) { return std::stoi(line.substr(line.rfind(' '))); }

  std::optional<Probe> probe_{std::in_place, remote_.world};
  system::ComponentId id_ = system::kNoComponent;
  std::string started_;
};

TEST_F(RemoteProbeTest, BringsItsLinesHomeOnItsChannel) {
  EXPECT_EQ(started_, "exited 0");
  await_lines(1);
  EXPECT_THAT(remote_.lines.front(), StartsWith("probe1: born app1 "));
}

TEST_F(RemoteProbeTest, RunsOnceAfterItsConnectionBroke) {
  await_lines(1);
  sshd_.kill_connections();
  await_lines(2);
  await_end_of(pid_in(remote_.lines[0]));
  EXPECT_FALSE(is_gone(pid_in(remote_.lines[1])));
  EXPECT_THAT(remote_.raised, Contains(StartsWith("probe_failed probe1 why=")));
}

TEST_F(RemoteProbeTest, EndsThereWhenItIsStopped) {
  await_lines(1);
  call(*probe_, id_, "stop");
  await_end_of(pid_in(remote_.lines[0]));
}

}  // namespace
}  // namespace attune::wrappers
