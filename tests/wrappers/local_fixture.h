// SPDX-License-Identifier: Apache-2.0
// LocalTest: implementations on the real shell of this machine, in a folder that stands for a host's.
#pragma once

#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/transport/local_shell.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {

class LocalTest : public ::testing::Test {
 public:
  ~LocalTest() override { loop_.settle(); }

 protected:
  using Lifecycle = system::Lifecycle;

  model::Project here() {
    model::Project made = small_project();
    made.directory = dir_ / "project";
    made.families.front().dirlocal = dir_ / "host";
    return made;
  }
  // The same with its first host reached so, over SSH.
  model::Project there(const ports::HostTarget& target) {
    model::Project made = here();
    model::HostFamily& lab = made.families.front();
    lab.protocol = Protocol::kSsh;
    lab.user = target.user;
    lab.port = target.port;
    lab.identity_file = target.identity_file;
    lab.known_hosts = target.known_hosts;
    lab.hosts.front().address = target.address;
    return made;
  }
  // A program in the component's directory, as if it had been deployed there.
  void deployed(const std::string& component, const std::string& program, const std::string& text) {
    dir_.write("host/small/components/" + component + "/" + program, "#!/bin/sh\n" + text, true);
  }
  std::string in_run_directory(const std::string& component, const std::string& file) {
    return dir_.read("host/small/run/" + component + "/" + file);
  }

  struct Going {
    std::stop_source stop;
    std::optional<workflow::CallOutcome> outcome;
  };
  std::shared_ptr<Going> begin(Implementation& implementation, workflow::Call call) {
    auto going = std::make_shared<Going>();
    start<workflow::CallOutcome>(
        implementation.invoke(std::move(call), going->stop.get_token()),
        [going](workflow::CallOutcome end) { going->outcome.emplace(std::move(end)); });
    return going;
  }
  std::string await(const std::shared_ptr<Going>& going) {
    loop_.run_until([&] { return going->outcome.has_value(); });
    return shown(*going->outcome);
  }
  std::string adopted(Implementation& implementation, system::ComponentId id) {
    const Result<Lifecycle> found = loop_.run(implementation.adopt(id));
    return found ? std::string(system::name_of(*found)) : found.error().message;
  }
  // How a command ends that an implementation has for a host, on this machine.
  ports::Exited ended_here(ports::Command command) {
    const auto end =
        loop_.run(shell_.run({.name = "lab1", .protocol = Protocol::kLocal}, std::move(command), {}));
    const auto* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
    EXPECT_NE(exited, nullptr);
    return exited == nullptr ? ports::Exited{} : *exited;
  }
  // A file that a program writes, once it holds the text.
  void await_text(const std::string& file, const std::string& text) {
    loop_.run_until([&] { return dir_.read(file).find(text) != std::string::npos; });
  }
  // Gone, or a zombie that its parent has not looked for.
  static bool is_gone(pid_t pid) {
    if (::kill(pid, 0) != 0 && errno == ESRCH) return true;
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(stat), {}};
    return text.find(") Z") != std::string::npos;
  }
  void await_end_of(pid_t pid) {
    loop_.run_until([&] { return is_gone(pid); });
  }

  test::TestLoop loop_;
  test::TempDir dir_;
  SystemClock clock_;
  transport::LocalShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, clock_, shell_, land_, here()};
};

}  // namespace attune::wrappers
