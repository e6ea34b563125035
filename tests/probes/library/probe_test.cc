// SPDX-License-Identifier: Apache-2.0
#include "probes/library/probe.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/events/event_line.h"
#include "runtime/model/value.h"
#include "tests/support/temp_dir.h"

namespace attune::probe {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

// On a pipe that a test reads.
class ProbeTest : public ::testing::Test {
 protected:
  ProbeTest() {
    ::mkfifo(pipe().c_str(), 0600);
    reader_ = ::open(pipe().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  ~ProbeTest() override { ::close(reader_); }

  std::string pipe() const { return dir_ / "pipe"; }
  std::string told() const {
    std::string text(1 << 16, '\0');
    const ssize_t count = ::read(reader_, text.data(), text.size());
    text.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    return text;
  }

  test::TempDir dir_;
  int reader_ = -1;
};

TEST(EventLine, IsReadAsItWasMeant) {
  const std::string line =
      event_line("disk_full", "db2", {{"path", "/var/lib/my \"data\\"}, {"free", "12MiB"}});
  ASSERT_EQ(line.back(), '\n');
  const auto event = events::parse_event_line(std::string_view(line).substr(0, line.size() - 1));
  ASSERT_TRUE(event) << event.error().why;
  EXPECT_EQ(event->name, "disk_full");
  EXPECT_EQ(event->component, "db2");
  EXPECT_THAT(event->values, ElementsAre(Pair("path", "/var/lib/my \"data\\"), Pair("free", "12MiB")));
}

TEST(EventLine, WhatNoLineMayHoldIsLeftOut) {
  EXPECT_EQ(event_line("a", "b", {{"c", "1\n2\t3\x7F"}}), "a b c=123\n");
  EXPECT_EQ(event_line("a", "b", {{"c", ""}}), "a b c=\"\"\n");
}

TEST(EventLine, WhatIsNoUtf8IsReplacedAndTheManagerReadsTheLine) {
  const std::string valid = "\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x90\x9D";
  EXPECT_EQ(event_line("a", "b", {{"c", valid}}), "a b c=\"" + valid + "\"\n");
  for (const std::string bad : {"\xFF", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                "\xF4\x90\x80\x80", "\x80", "\xE2\x82", "\xC3\n\xA4", "x\xC3 y"}) {
    const std::string line = event_line("a", "b", {{"c", bad}});
    EXPECT_THAT(line, HasSubstr("?"));
    const auto event = events::parse_event_line(std::string_view(line).substr(0, line.size() - 1));
    EXPECT_TRUE(event) << event.error().why;
  }
}

TEST(EventLine, AKeyThatStandsTwiceFails) {
  EXPECT_THROW(event_line("a", "b", {{"c", "1"}, {"d", "2"}, {"c", "3"}}), Failure);
}

TEST(EventLine, NamesThatAreNoneAndLinesThatAreTooLongFail) {
  EXPECT_THROW(event_line("a b", "c"), Failure);
  EXPECT_THROW(event_line("a", ""), Failure);
  EXPECT_THROW(event_line("a", "b", {{"c=", "d"}}), Failure);
  EXPECT_EQ(event_line("a", "b", {{"c", std::string(4089, 'x')}}).size(), 4096u);
  EXPECT_THROW(event_line("a", "b", {{"c", std::string(4090, 'x')}}), Failure);
}

TEST(Parsing, UnitsAreThoseOfTheLanguages) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(parse_duration("1.5s"), milliseconds(1500));
  EXPECT_EQ(parse_duration("2min"), std::chrono::minutes(2));
  EXPECT_EQ(parse_percent("80%"), 80);
  EXPECT_EQ(parse_size("2KiB"), 2048u);
  EXPECT_EQ(parse_number("12"), 12);
  for (const char* text : {"", "5", "s", "-1s", "5 s", "nans", "infs", "1e300h"})
    EXPECT_THROW(parse_duration(text), Failure) << text;
  for (const char* text : {"1KB", "-1B", "5"}) EXPECT_THROW(parse_size(text), Failure) << text;
  for (const char* text : {"", "nan", "inf", "5%"}) EXPECT_THROW(parse_number(text), Failure) << text;
}

TEST(Parsing, WhatADiagramPassesIsRead) {
  using std::chrono::nanoseconds;
  for (const Duration each :
       {nanoseconds(1), nanoseconds(1500), Duration(milliseconds(1500)), nanoseconds(250'000),
        Duration(std::chrono::minutes(2)), Duration(std::chrono::hours(36)), Duration()})
    EXPECT_EQ(parse_duration(model::to_text(model::Value(each))), each);
  for (const int64_t bytes :
       {int64_t{0}, int64_t{1}, int64_t{1000}, int64_t{1024}, int64_t{3} << 40, int64_t{12'345}})
    EXPECT_EQ(parse_size(model::to_text(model::Value(model::Size{bytes}))), static_cast<uint64_t>(bytes));
  for (const double number : {0.0, -5.0, 0.1, 1e20, -1e-7, 97.25})
    EXPECT_EQ(parse_number(model::to_text(model::Value(number))), number);
  for (const double percent : {0.0, 80.0, 0.1, 250.0, -5.0})
    EXPECT_EQ(parse_percent(model::to_text(model::Value(model::Percent{percent}))), percent);
  EXPECT_EQ(parse_number(model::to_text(model::Value(int64_t{-12}))), -12);
}

TEST_F(ProbeTest, ArgumentsAreTakenInOrderAndOptionsByName) {
  Probe probe({pipe(), "db1", "folder", "hold=5s", "12"});
  EXPECT_EQ(probe.subject(), "db1");
  EXPECT_EQ(probe.option("hold", "0s"), "5s");
  EXPECT_EQ(probe.option("event", "full"), "full");
  EXPECT_EQ(probe.argument("FOLDER"), "folder");
  EXPECT_EQ(probe.argument("MOST"), "12");
  EXPECT_THROW(probe.argument("PERIOD"), Failure);
}

TEST_F(ProbeTest, AnArgumentThatIsLeftOverIsWrongUse) {
  Probe probe({pipe(), "db1", "holt=5s"});
  try {
    probe.every(milliseconds(1), [] {});
    FAIL() << "it went on";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.code, Failure::kWrongUse);
    EXPECT_THAT(failure.what(), HasSubstr("holt=5s"));
  }
}

TEST_F(ProbeTest, ALevelIsToldWhileItLastsAndOnceWhenItHasEnded) {
  Probe probe({pipe(), "db1"});
  Level high = probe.level("high");
  high.is(false, {});
  high.is(true, {{"n", "1"}});
  high.is(true, {{"n", "2"}});
  high.is(false, {{"n", "0"}});
  high.is(false, {{"n", "0"}});
  EXPECT_EQ(told(), "high db1 n=1\nhigh db1 n=2\nhigh db1 n=0 cleared=true\n");
}

TEST_F(ProbeTest, BetweenItsTwoBordersALevelStaysAsItIs) {
  Probe probe({pipe(), "db1"});
  Level high = probe.level("high");
  for (const double value : {75.0, 80.0, 75.0, 69.0, 75.0}) high.is_at(value, 80, 70, {});
  EXPECT_EQ(told(), "high db1\nhigh db1\nhigh db1 cleared=true\n");
}

TEST_F(ProbeTest, WhatNobodyReadsYetIsKept) {
  ::close(reader_);
  Probe probe({pipe(), "db1"});
  for (size_t i = 0; i <= Probe::kMostWaiting; ++i) probe.tell("n" + std::to_string(i));
  reader_ = ::open(pipe().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  probe.tell("last");
  const std::string text = told();
  EXPECT_EQ(text.substr(0, text.find('\n')), "n2 db1");  // the oldest have gone
  EXPECT_THAT(text, HasSubstr("last db1\n"));
}

TEST_F(ProbeTest, ItLooksUntilItIsTerminated) {
  Probe probe({pipe(), "db1"});
  int looks = 0;
  probe.every(milliseconds(1), [&] {
    if (++looks == 3) ::kill(::getpid(), SIGTERM);
  });
  EXPECT_EQ(looks, 3);
}

TEST_F(ProbeTest, WhatALookRunsBeginsWithTheSignalsAsTheyUsuallyAre) {
  Probe probe({pipe(), "db1"});
  int code = -1;
  probe.every(milliseconds(1), [&] {
    char shell[] = "sh", command[] = "-c", text[] = "kill -TERM $$";  // ends it, where it is not blocked
    char* const words[] = {shell, command, text, nullptr};
    pid_t child = -1;
    if (::posix_spawnp(&child, shell, nullptr, nullptr, words, environ) == 0) ::waitpid(child, &code, 0);
    ::kill(::getpid(), SIGTERM);
  });
  ASSERT_TRUE(WIFSIGNALED(code));
  EXPECT_EQ(WTERMSIG(code), SIGTERM);
}

TEST_F(ProbeTest, ASecondSignalEndsALookThatDoesNotEnd) {
  const auto looks_for_ever = [this] {
    Probe probe({pipe(), "db1"});
    probe.every(milliseconds(1), [] {
      ::kill(::getpid(), SIGTERM);
      ::kill(::getpid(), SIGTERM);
      for (;;) ::pause();
    });
  };
  EXPECT_EXIT(looks_for_ever(), ::testing::KilledBySignal(SIGTERM), "");
}

TEST_F(ProbeTest, TheSignalsAreAsBeforeWhenItHasEnded) {
  Probe probe({pipe(), "db1"});
  probe.every(milliseconds(1), [] { ::kill(::getpid(), SIGTERM); });
  struct sigaction now {};
  ::sigaction(SIGTERM, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(ProbeTest, AFailureIsSaidWithItsCode) {
  std::string name = "/usr/lib/backlog", path = pipe(), subject = "db1";
  char* argv[] = {name.data(), path.data(), subject.data()};
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(run(3, argv, [](Probe&) { throw Failure("no folder"); }), 70);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "backlog: no folder\n");
}

}  // namespace
}  // namespace attune::probe
