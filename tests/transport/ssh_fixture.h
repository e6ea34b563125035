// SPDX-License-Identifier: Apache-2.0
// SshTest: an sshd of the test's own and a shell that reaches it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/transport/ssh_shell.h"
#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"

namespace attune::transport {

class SshTest : public testing::Test {
 public:
  explicit SshTest(std::string_view config = {}) : sshd_(config), host_(sshd_.target()) {}
  ~SshTest() override { loop_.settle(); }

 protected:
  using End = Result<ports::CommandEnd>;

  SshShell& shell() {
    if (!shell_) shell_ = std::make_unique<SshShell>(loop_, options_);
    return *shell_;
  }
  End run(const ports::Command& command) { return loop_.run(shell().run(host_, command, stop_.get_token())); }
  End run(const std::string& script) { return run(sh(script)); }
  ports::Exited exited(const ports::Command& command) {
    const End end = run(command);
    if (!end) {
      ADD_FAILURE() << end.error().message;
      return {};
    }
    EXPECT_TRUE(std::holds_alternative<ports::Exited>(*end)) << end->index();
    return std::holds_alternative<ports::Exited>(*end) ? std::get<ports::Exited>(*end) : ports::Exited{};
  }
  std::string output(const std::string& script) { return exited(sh(script)).output; }
  // The failure of a command that cannot run.
  Error error() {
    const End end = run("true");
    EXPECT_FALSE(end);
    return end ? Error{} : end.error();
  }

  // A command under way, and how it ended once it has.
  struct Running {
    std::stop_source stop;
    std::optional<End> end;
  };
  std::shared_ptr<Running> begin(const ports::Command& command) {
    auto running = std::make_shared<Running>();
    start<End>(shell().run(host_, command, running->stop.get_token()),
               [running](End end) { running->end.emplace(std::move(end)); });
    return running;
  }
  std::shared_ptr<Running> begin(const std::string& script) { return begin(sh(script)); }
  template <class Script>
  std::vector<std::shared_ptr<Running>> begin_many(size_t count, const Script& script_of) {
    std::vector<std::shared_ptr<Running>> all(count);
    for (size_t i = 0; i < count; ++i) all[i] = begin(script_of(i));
    return all;
  }
  const End& await(const std::shared_ptr<Running>& running) {
    loop_.run_until([&] { return running->end.has_value(); });
    return *running->end;
  }
  // Waits until a file has a whole line: how a remote script says that it is so far.
  std::string await_line(const std::string& name) {
    loop_.run_until([&] { return dir_.read(name).ends_with('\n'); });
    std::string line = dir_.read(name);
    line.pop_back();
    return line;
  }
  void await_end_of(const std::string& pid) {
    loop_.run_until([&] {
      const std::string status = read_status(pid);
      return status.empty() || status.find("State:\tZ") != std::string::npos;
    });
  }

  static ports::Command sh(const std::string& script) {
    ports::Command command;
    command.argv = {"sh", "-c", script};
    return command;
  }

  test::TestLoop loop_;
  test::Sshd sshd_;
  test::TempDir dir_;
  ports::HostTarget host_;
  SshOptions options_;
  std::stop_source stop_;

 private:
  static std::string read_status(const std::string& pid) {
    std::ifstream file("/proc/" + pid + "/status");
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::unique_ptr<SshShell> shell_;
};

}  // namespace attune::transport
