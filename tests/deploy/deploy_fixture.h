// SPDX-License-Identifier: Apache-2.0
// DeployTest: a host, a deployer that reaches it, and a folder with archives.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "runtime/deploy/deployer.h"
#include "runtime/deploy/sha256.h"
#include "runtime/transport/local_shell.h"
#include "runtime/transport/shell_router.h"
#include "runtime/transport/ssh_shell.h"
#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"

namespace attune::deploy {

// Counts the commands that a deployment takes, and lets a test do something on the host after one of them,
// before its end is told.
class WatchedShell final : public ports::Shell {
 public:
  explicit WatchedShell(ports::Shell& shell) : shell_(shell) {}
  Task<Result<ports::CommandEnd>> run(ports::HostTarget host, ports::Command command,
                                      std::stop_token stop) override {
    const int number = ++commands;
    auto end = co_await shell_.run(std::move(host), std::move(command), std::move(stop));
    if (after) after(number);
    if (auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr; exited && says)
      exited->output = *says;
    co_return end;
  }
  void watch(ports::HostTarget, Duration, std::function<void(ports::HostHealth)>) override {}
  void unwatch(const std::string&) override {}

  int commands = 0;
  std::function<void(int number)> after;
  std::optional<std::string> says;  // what the host is made to say instead of what it does

 private:
  ports::Shell& shell_;
};

class DeployTest : public testing::Test {
 public:
  ~DeployTest() override { loop_.settle(); }

 protected:
  using End = Result<Deployed>;

  DeployRequest request(const std::string& component, const std::string& archive = {}) {
    DeployRequest result;
    result.component = component;
    result.dirlocal = dirlocal_;
    result.archive = archive;
    return result;
  }
  End deploy(const DeployRequest& wanted) {
    return loop_.run(deployer_.deploy(host_, wanted, stop_.get_token(), on_progress_));
  }
  End deploy(const std::string& component, const std::string& archive) {
    return deploy(request(component, archive));
  }
  Error error(const DeployRequest& wanted) {
    const End end = deploy(wanted);
    EXPECT_FALSE(end);
    return end ? Error{} : end.error();
  }
  Undeployed undeploy(const std::string& component) {
    const Result<Undeployed> end = loop_.run(deployer_.undeploy(host_, component, dirlocal_, {}));
    if (!end) ADD_FAILURE() << end.error().message;
    return end ? *end : Undeployed{};
  }

  // A deployment under way, and how it ended once it has.
  struct Running {
    std::stop_source stop;
    std::optional<End> end;
  };
  std::shared_ptr<Running> begin(const DeployRequest& wanted) {
    auto running = std::make_shared<Running>();
    start<End>(deployer_.deploy(host_, wanted, running->stop.get_token(), on_progress_),
               [running](End end) { running->end.emplace(std::move(end)); });
    return running;
  }
  const End& await(const std::shared_ptr<Running>& running) {
    loop_.run_until([&] { return running->end.has_value(); });
    return *running->end;
  }

  // An archive of the files below `folder` of the test's directory.
  std::string pack(const std::string& name, const std::string& folder) {
    test::run_program(
        {"/bin/tar", "-C", dir_ / folder, "--sort=name", "--mtime=@0", "-caf", dir_ / name, "."});
    return dir_ / name;
  }
  // A small piece of software.
  std::string app(const std::string& name = "app.tar.gz") {
    dir_.write("app/bin/start", "#!/bin/sh\necho started \"$@\"\n", true);
    dir_.write("app/etc/settings", "a=1\n");
    return pack(name, "app");
  }
  // A file of so many bytes that no compression makes smaller.
  std::string bulk(const std::string& name, size_t size) {
    std::string content;
    content.reserve(size);
    uint64_t state = 88172645463325252U;
    while (content.size() < size) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      content.append(reinterpret_cast<const char*>(&state), sizeof(state));
    }
    content.resize(size);
    return dir_.write(name, content);
  }

  // Deploys while another manager has its hand in: `meddle` once the host has been looked at.
  End deploy_beside(const DeployRequest& wanted, const std::function<void()>& meddle) {
    WatchedShell shell(shell_);
    shell.after = [&](int number) {
      if (number == 1) meddle();
    };
    Deployer deployer(loop_, shell);
    return loop_.run(deployer.deploy(host_, wanted, {}));
  }

  std::filesystem::path place(const std::string& component) const {
    return std::filesystem::path(dirlocal_) / "components" / component;
  }
  std::vector<std::string> stored() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dirlocal_ + "/content")) {
      names.push_back(entry.path().filename());
    }
    return names;
  }
  // A content's place on the host, and that of what has arrived of it.
  std::string kept(const std::string& file) const { return dirlocal_ + "/content/" + sha256_of(read(file)); }
  std::string part_of(const std::string& file) const { return kept(file) + ".part"; }
  static std::string read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  test::TestLoop loop_;
  test::TempDir dir_;
  transport::SshOptions options_;
  transport::SshShell ssh_{loop_, options_};
  transport::LocalShell local_{loop_};
  transport::ShellRouter shell_{ssh_, local_};
  Deployer deployer_{loop_, shell_};
  ports::HostTarget host_{.name = "here", .protocol = Protocol::kLocal};
  std::string dirlocal_ = dir_ / "host/attune";
  std::stop_source stop_;
  OnProgress on_progress_;
};

}  // namespace attune::deploy
