// SPDX-License-Identifier: Apache-2.0
// What comes through the real daemon's pipe, and what must not shake it.
#include <filesystem>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <nlohmann/json.hpp>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using workflow::EventSuppressed;

class PipeTest : public DaemonTest {
 protected:
  PipeTest() { daemon_.start(); }

  nlohmann::json events() const { return nlohmann::json::parse(daemon_.ask("GET", "/v1/events")); }
  // Whatever was written before has been looked at.
  void settle() {
    const std::string name = "alarm app1 level=" + std::to_string(++level_) + "\n";
    daemon_.write(name);
    daemon_.await<EventSuppressed>([](const EventSuppressed& event) { return event.name == "alarm"; });
  }
  size_t count_in_log(const std::string& text) const {
    const std::string log = daemon_.log();
    size_t count = 0;
    for (size_t at = 0; (at = log.find(text, at)) != log.npos; ++at) ++count;
    return count;
  }
  int level_ = 0;
};

TEST_F(PipeTest, CountsWhatIsNoEventAndLogsItOnce) {
  for (int i = 0; i < 3; ++i) {
    daemon_.write("alarm app1 level\n");
    daemon_.write("alram app1 level=3\n");
    daemon_.write("alarm app9 level=3\n");
    daemon_.write("alarm app1 level=high\n");
    daemon_.write(std::string("alarm \x01\x02\xff\xfe app1\n"));
    daemon_.write("alarm app1 text=" + std::string(4000, 'x') + std::string(90, 'y'));
    daemon_.write(std::string(4000, 'z') + "\n");
  }
  settle();
  const auto rejected = events()["rejected"];
  for (const char* kind :
       {"malformed", "unknown-event", "unknown-component", "bad-value", "binary", "too-long"}) {
    EXPECT_EQ(rejected[kind], 3) << kind;
    EXPECT_EQ(count_in_log(std::string("not taken (") + kind), 1u) << kind;
  }
}

TEST_F(PipeTest, LosesNothingOfManyWriters) {
  constexpr uint64_t kWriters = 8, kLines = 5000;
  std::vector<std::jthread> writers;
  for (uint64_t writer = 0; writer < kWriters; ++writer)
    writers.emplace_back([this, writer] {
      const std::string line = "alarm app" + std::to_string(writer % 2 + 1) + " level=7\n";
      for (uint64_t i = 0; i < kLines; ++i) daemon_.write(line);
    });
  uint64_t heard = 0;
  daemon_.await<EventSuppressed>([&](const EventSuppressed& event) {
    heard += event.name == "alarm" ? event.count : 0;
    return heard == kWriters * kLines;
  });
  EXPECT_EQ(events()["rejected"]["malformed"], 0);
}

TEST_F(PipeTest, IsForTheProjectsGroupAndNobodyElse) {
  struct stat status {};
  ASSERT_EQ(::stat(daemon_.pipe().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0660u);
  ASSERT_EQ(::stat(std::filesystem::path(daemon_.pipe()).parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0750u);
}

}  // namespace
}  // namespace attune::main
