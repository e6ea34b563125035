// SPDX-License-Identifier: Apache-2.0
// Reports on a channel that is full, not read, or closed.
#include "probes/traffic/outlet.h"

#include <array>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "tests/support/temp_dir.h"

namespace attune::probes {
namespace {

using State = Outlet::State;

ReportLines report(const std::string& name, std::size_t lines = 1) {
  return {std::vector<std::string>(lines, "line " + name + std::string(4000, 'x') + "\n"), "end " + name};
}

class OutletTest : public ::testing::Test {
 protected:
  OutletTest() : path_(dir_ / "events") {
    std::signal(SIGPIPE, SIG_IGN);
    ::mkfifo(path_.c_str(), 0600);
  }
  Outlet open(Outlet::Bound bound = {}) { return *Outlet::open(path_, bound); }
  void listen() { reader_ = UniqueFd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)); }
  // All that stands in the pipe, without what only fills the lines.
  std::string heard() {
    std::string all;
    std::array<char, 65536> some;
    for (ssize_t size = 0; (size = ::read(reader_.get(), some.data(), some.size())) > 0;)
      for (const char letter : std::string_view(some.data(), static_cast<std::size_t>(size)))
        if (letter != 'x') all += letter == '\n' ? ';' : letter;
    return all;
  }

  test::TempDir dir_;
  std::string path_;
  UniqueFd reader_;
};

TEST_F(OutletTest, WritesAReport) {
  listen();
  Outlet outlet = open();
  outlet.add(report("a", 2));
  EXPECT_EQ(outlet.flush(), State::kWritten);
  EXPECT_EQ(heard(), "line a;line a;end a;");
}

TEST_F(OutletTest, ReportsWaitForAReader) {
  Outlet outlet = open();
  outlet.add(report("a"));
  outlet.add(report("b"));
  EXPECT_EQ(outlet.flush(), State::kWaits);
  listen();
  EXPECT_EQ(outlet.flush(), State::kWritten);
  EXPECT_EQ(heard(), "line a;end a;line b;end b;");
}

TEST_F(OutletTest, AFullPipeIsNotWaitedFor) {
  listen();
  Outlet outlet = open();
  outlet.add(report("a", 100));
  EXPECT_EQ(outlet.flush(), State::kWaits);
  std::string all = heard();
  while (outlet.flush() == State::kWaits) all += heard();
  all += heard();
  std::string right;
  for (int i = 0; i < 100; ++i) right += "line a;";
  EXPECT_EQ(all, right + "end a;");
}

TEST_F(OutletTest, TheOldestIsDroppedAndSaid) {
  Outlet outlet = open({2, 1 << 20});
  for (const char* name : {"a", "b", "c", "d"}) outlet.add(report(name));
  listen();
  EXPECT_EQ(outlet.flush(), State::kWritten);
  EXPECT_EQ(heard(), "line c;end c lost=2;line d;end d;");
}

TEST_F(OutletTest, BytesAreBoundToo) {
  Outlet outlet = open({100, 10'000});
  for (const char* name : {"a", "b", "c"}) outlet.add(report(name));
  EXPECT_EQ(outlet.waiting(), 2u);
}

TEST_F(OutletTest, OneThatIsHalfWrittenIsNotDropped) {
  listen();
  Outlet outlet = open({1, 1 << 20});
  outlet.add(report("a", 100));
  EXPECT_EQ(outlet.flush(), State::kWaits);
  outlet.add(report("b"));
  outlet.add(report("c"));
  std::string all;
  do {
    all += heard();
  } while (outlet.flush() == State::kWaits);
  all += heard();
  EXPECT_NE(all.find("end a;line c;end c lost=1;"), std::string::npos);
}

TEST_F(OutletTest, ANewReaderGetsTheReportFromItsFirstLine) {
  listen();
  Outlet outlet = open();
  outlet.add(report("a", 40));
  EXPECT_EQ(outlet.flush(), State::kWaits);
  reader_.reset();
  EXPECT_EQ(outlet.flush(), State::kWaits);
  listen();
  std::string all;
  while (outlet.flush() == State::kWaits) all += heard();
  all += heard();
  std::string right;
  for (int i = 0; i < 40; ++i) right += "line a;";
  EXPECT_EQ(all, right + "end a;");
}

TEST_F(OutletTest, ClosedStandardOutputIsTheEnd) {
  std::array<int, 2> ends;
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  Outlet outlet(probe::Channel::on(ends[1], "/dev/stdout"), {});
  ::close(ends[0]);
  outlet.add(report("a"));
  EXPECT_EQ(outlet.flush(), State::kClosed);
}

TEST(Outlet, SaysWhereItCannotWrite) {
  const auto outlet = Outlet::open("/nowhere/events", {});
  ASSERT_FALSE(outlet);
  EXPECT_EQ(outlet.error().message, "cannot write to /nowhere/events: No such file or directory");
}

}  // namespace
}  // namespace attune::probes
