// SPDX-License-Identifier: Apache-2.0
// A small project in a directory of the test's own: two services as processes on this machine, their archive
// a script that notes each of its starts; and whatever a test adds to it. For tests of the real daemon.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/attuned_process.h"
#include "tests/support/temp_dir.h"

namespace attune::main {

class DaemonTest : public ::testing::Test {
 protected:
  DaemonTest();
  ~DaemonTest() override;

  std::string family() const;  // this machine, as the deployment diagram has it
  // The deployment diagram of `count` services, with more attributes and more classes.
  std::string deployment(int count = 2, std::string_view attributes = {},
                         std::string_view classes = {}) const;
  void write(std::string_view name, std::string_view text) {
    dir_.write("project/" + std::string(name), text);
  }

  // The process that runs as the service, 0 where none does; and how often it was started in all.
  pid_t process_of(const std::string& service) const;
  size_t starts_of(const std::string& service) const;
  // The components' states by the API: "app1 started, app2 started".
  std::string states() const;

  // What the service has noted, as soon as it has; empty where it does not.
  std::string notes_of(const std::string& service) const;

  test::TempDir dir_;
  test::AttunedProcess daemon_{dir_ / "project", dir_ / "d"};
};

}  // namespace attune::main
