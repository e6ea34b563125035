// SPDX-License-Identifier: Apache-2.0
// examples/local on the real daemon: three processes, started in their order by a diagram, one killed and
// repaired, stopped in the other order.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/attuned_process.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using workflow::CallIntent;
using workflow::RunEnd;
using workflow::RunEnded;
using workflow::RunStarted;

namespace fs = std::filesystem;

class ExampleTest : public ::testing::Test {
 protected:
  ExampleTest() {
    fs::copy(fs::path(ATTUNE_SOURCE_ROOT) / "examples/local", dir_ / "local", fs::copy_options::recursive);
    std::string text = test::load_file(dir_ / "local/deployment.mmd");
    const std::string dirlocal = "/var/tmp/attune-local";
    text.replace(text.find(dirlocal), dirlocal.size(), dir_ / "host");
    std::ofstream(dir_ / "local/deployment.mmd", std::ios::binary) << text;
  }
  ~ExampleTest() override {
    if (daemon_.pid() > 0) (void)daemon_.try_ask("POST", "/v1/stop", "{}");
  }
  // As they were begun.
  std::vector<std::string> calls(workflow::RunId run, std::string_view stub) const {
    std::vector<std::string> all;
    for (const workflow::Record& record : daemon_.records())
      if (const auto* intent = std::get_if<CallIntent>(&record.what);
          intent != nullptr && intent->call.run == run && intent->call.stub == stub)
        all.push_back(intent->call.component_name);
    return all;
  }
  pid_t process_of(const std::string& component) const {
    pid_t pid = 0;
    std::ifstream(dir_ / "host/small/run/" + component + "/pid") >> pid;
    return pid;
  }

  test::TempDir dir_;
  test::AttunedProcess daemon_{dir_ / "local", dir_ / "d"};
};

TEST_F(ExampleTest, StartsInOrderRepairsAndStopsInOrder) {
  daemon_.start();
  const auto start = daemon_.await<RunEnded>();
  ASSERT_EQ(start.end, RunEnd::kDone);
  EXPECT_THAT(calls(start.run, "start"), ElementsAre("database", "application", "frontend"));

  const pid_t killed = process_of("application");
  ASSERT_EQ(::kill(-killed, SIGKILL), 0);
  const auto repair = daemon_.await<RunStarted>();
  EXPECT_EQ(repair.diagram, "component_failed");
  EXPECT_EQ(repair.subject, "application");
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_NE(process_of("application"), killed);

  EXPECT_THAT(daemon_.ask("POST", "/v1/stop", "{}"), HasSubstr(R"("end":"done")"));
  EXPECT_EQ(daemon_.await_end(), 0);
  EXPECT_THAT(calls(repair.run + 1, "stop"), ElementsAre("frontend", "application", "database"));
}

TEST_F(ExampleTest, RepairsWhatDiedWhileNoManagerRan) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  daemon_.crash();
  ASSERT_EQ(::kill(-process_of("database"), SIGKILL), 0);
  daemon_.start();
  EXPECT_EQ(daemon_.await<RunStarted>().subject, "database");
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
}

}  // namespace
}  // namespace attune::main
