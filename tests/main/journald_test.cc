// SPDX-License-Identifier: Apache-2.0
// Lines of the log as journald gets them, from a socket that a test holds.
#include "runtime/main/journald.h"

#include <array>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "runtime/main/record_log_fields.h"
#include "tests/support/project_builder.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

class JournaldTest : public ::testing::Test {
 protected:
  JournaldTest() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    struct stat there {};
    EXPECT_EQ(::fstat(STDERR_FILENO, &there), 0);
    stream_ = fmt::format("{}:{}", there.st_dev, there.st_ino);
  }
  std::string received() const {
    std::array<char, 4096> text{};
    const ssize_t length = ::recv(socket_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return length < 0 ? "(nothing)" : std::string(text.data(), static_cast<size_t>(length));
  }

  const test::TempDir dir_;
  const std::string path_ = dir_ / "socket";
  UniqueFd socket_;
  std::string stream_;
};

TEST_F(JournaldTest, GetsEachFieldThatHasAValue) {
  const auto journald = Journald::find(STDERR_FILENO, stream_.c_str(), path_);
  ASSERT_TRUE(journald);
  EXPECT_TRUE(journald->send({{"MESSAGE", "run 7: done"}, {"ATTUNE_RUN", "7"}, {"ATTUNE_HOST", ""}}));
  EXPECT_EQ(received(), "MESSAGE=run 7: done\nATTUNE_RUN=7\n");
}

TEST_F(JournaldTest, GetsAValueOfSeveralLinesWithItsLength) {
  using std::string_literals::operator""s;
  EXPECT_EQ(Journald::encoded({{"MESSAGE", "a\nb"}}), "MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n"s);
}

TEST_F(JournaldTest, IsLeftAloneWhereStandardErrorGoesElsewhere) {
  EXPECT_FALSE(Journald::find(STDERR_FILENO, nullptr, path_));
  EXPECT_FALSE(Journald::find(STDERR_FILENO, "1:2", path_));
}

TEST_F(JournaldTest, IsNotFoundWhereNobodyListens) {
  EXPECT_FALSE(Journald::find(STDERR_FILENO, stream_.c_str(), dir_ / "nobody"));
}

TEST_F(JournaldTest, ThatHasGoneTakesNothing) {
  const auto journald = Journald::find(STDERR_FILENO, stream_.c_str(), path_);
  ASSERT_TRUE(journald);
  socket_.reset();
  EXPECT_FALSE(journald->send({{"MESSAGE", "run 7: done"}}));
}

TEST(RecordLogFields, AreWhatTheRecordIsAbout) {
  const model::Project project =
      testing::ProjectBuilder().family("lab", {"lab1"}).component("vm", "lab").build();
  system::System system(project);
  ASSERT_TRUE(system.apply(system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent}));
  ASSERT_TRUE(system.apply(system::HostAssigned{0, "lab1"}));
  const LogFields event =
      log_fields_of({1, {}, workflow::EventAccepted{9, "cpu_high", "vm", "probe", {}}}, system);
  EXPECT_EQ(event.event, "cpu_high");
  EXPECT_EQ(event.component, "vm");
  EXPECT_EQ(event.host, "lab1") << "where the component is";
  const LogFields down =
      log_fields_of({2, {}, workflow::EventAccepted{9, "host_down", "lab1", "attune", {}}}, system);
  EXPECT_EQ(down.host, "lab1");
  EXPECT_EQ(down.component, "");
  const LogFields changed = log_fields_of(
      {3, {}, workflow::SystemChanged{7, system::HostAssigned{0, "lab2"}, "vm.migrate"}}, system);
  EXPECT_EQ(changed.run, "7");
  EXPECT_EQ(changed.host, "lab2");
  EXPECT_EQ(changed.component, "vm");
}

}  // namespace
}  // namespace attune::main
