// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_pipe.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/main/asio_loop.h"

namespace attune::events {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EventPipeTest : public testing::Test {
 protected:
  EventPipeTest() {
    std::string name = "/tmp/attune-pipe-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ / "events";
  }
  ~EventPipeTest() override {
    pipe_.reset();
    std::filesystem::remove_all(folder_);
  }

  Result<void> open(const std::string& group = "") {
    auto opened = EventPipe::open(path_, group, loop_, [this](std::string_view line) {
      lines_.emplace_back(line);
      if (lines_.size() == expected_) loop_.stop();
    });
    if (!opened) return fail(opened.error());
    pipe_ = std::move(*opened);
    return {};
  }
  void write(const std::string& text) { std::ofstream(path_) << text; }
  void read_lines(size_t count) {
    expected_ = count;
    if (lines_.size() < count) loop_.run();
  }

  std::filesystem::path folder_, path_;
  main::AsioLoop loop_;
  std::unique_ptr<EventPipe> pipe_;
  std::vector<std::string> lines_;
  size_t expected_ = 0;
};

TEST_F(EventPipeTest, GivesTheLinesThatAreWritten) {
  ASSERT_TRUE(open());
  write("cpu_high vm1 cpu=97%\ncpu_high vm2\n");
  read_lines(2);
  EXPECT_THAT(lines_, ElementsAre("cpu_high vm1 cpu=97%", "cpu_high vm2"));
}

TEST_F(EventPipeTest, DoesNotEndWithItsWriter) {
  ASSERT_TRUE(open());
  write("a b\n");
  read_lines(1);
  write("c d\n");
  read_lines(2);
  EXPECT_THAT(lines_, ElementsAre("a b", "c d"));
}

TEST_F(EventPipeTest, MayBeWrittenByOwnerAndGroupAlone) {
  ASSERT_TRUE(open());
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_TRUE(S_ISFIFO(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777, 0660u);
}

TEST_F(EventPipeTest, TakesTheOneThatAnEarlierDaemonLeft) {
  ASSERT_TRUE(open());
  pipe_.reset();
  chmod(path_.c_str(), 0666);
  ASSERT_TRUE(open());
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660u);
  write("a b\n");
  read_lines(1);
  EXPECT_THAT(lines_, ElementsAre("a b"));
}

TEST_F(EventPipeTest, RefusesWhatIsNoPipe) {
  std::ofstream(path_) << "precious";
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kExists);
  EXPECT_THAT(refused.error().message, HasSubstr("is not a pipe: move it away"));
  EXPECT_EQ(std::filesystem::file_size(path_), 8u);
}

TEST_F(EventPipeTest, DoesNotFollowALink) {
  ASSERT_EQ(mkfifo((folder_ / "elsewhere").c_str(), 0600), 0);
  std::filesystem::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_FALSE(open());
}

TEST_F(EventPipeTest, RefusesAnotherUsersPipe) {
  if (geteuid() != 0) FAIL() << "this test needs root";
  ASSERT_EQ(mkfifo(path_.c_str(), 0666), 0);
  ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
  const auto refused = open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another user's"));
}

TEST_F(EventPipeTest, BelongsToTheGroupThatIsNamed) {
  ASSERT_TRUE(open("root"));
  pipe_.reset();
  const auto refused = open("no-such-group");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("there is no group 'no-such-group'"));
}

TEST_F(EventPipeTest, MakesWritersWaitWhilePaused) {
  ASSERT_TRUE(open());
  pipe_->pause();
  const UniqueFd writer(::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  const std::string line = "cpu_high vm1 text=" + std::string(1000, 'x') + "\n";
  size_t written = 0;
  while (::write(writer.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size())) ++written;
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_GT(written, 0u);
  loop_.post([this] { loop_.stop(); });
  loop_.run();
  EXPECT_TRUE(lines_.empty());
  pipe_->resume();
  read_lines(written);
  EXPECT_EQ(lines_.size(), written);
}

TEST_F(EventPipeTest, MayBePausedFromWithinALine) {
  auto opened = EventPipe::open(path_, "", loop_, [this](std::string_view line) {
    lines_.emplace_back(line);
    pipe_->pause();
    loop_.stop();
  });
  ASSERT_TRUE(opened);
  pipe_ = std::move(*opened);
  write("a b\n");
  loop_.run();
  pipe_->resume();
  write("c d\n");
  loop_.run();
  EXPECT_THAT(lines_, ElementsAre("a b", "c d"));
}

TEST_F(EventPipeTest, KeepsTheLinesOfManyWritersApart) {
  ASSERT_TRUE(open());
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i)
    writers.emplace_back([this, i] {
      const UniqueFd writer(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
      const std::string line =
          "e w" + std::to_string(i) + " t=" + std::string(3000, static_cast<char>('a' + i)) + "\n";
      for (int n = 0; n < 500; ++n)
        EXPECT_EQ(::write(writer.get(), line.data(), line.size()), ssize_t(line.size()));
    });
  read_lines(2000);
  for (std::thread& writer : writers) writer.join();
  for (const std::string& line : lines_)
    ASSERT_EQ(line.find_first_not_of(line.back(), 7), std::string::npos) << line;
}

}  // namespace
}  // namespace attune::events
