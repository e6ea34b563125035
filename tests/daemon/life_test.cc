// SPDX-License-Identifier: Apache-2.0
// The real daemon's life: it starts, is killed, takes over, ends.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "runtime/journal/reader.h"
#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using ::testing::HasSubstr;
using workflow::CallEnded;
using workflow::CallIntent;
using workflow::RunEnd;
using workflow::RunEnded;
using workflow::RunStarted;

class LifeTest : public DaemonTest {
 protected:
  // Nobody waits for an answer any more: who has opened the pipe reads its end, who has not finds none.
  ~LifeTest() override {
    std::filesystem::remove(dir_ / "answer");
    answer_.reset();
  }
  void start_all() {
    daemon_.start();
    ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  }
  void make_answer() {
    ASSERT_EQ(::mkfifo((dir_ / "answer").c_str(), 0600), 0);
    answer_ = UniqueFd(::open((dir_ / "answer").c_str(), O_RDWR | O_CLOEXEC));
  }
  // A call by hand that goes on until the test says so. Gives its run.
  workflow::RunId begin_call() {
    make_answer();
    daemon_.ask(
        "POST", "/v1/calls",
        R"({"component": "app1", "stub": "ask", "wait": false, "arguments": [")" + dir_ / "answer" + "\"]}");
    return daemon_.await<CallIntent>().call.run;
  }
  template <class What>
  std::vector<What> all_after_takeover() const {
    std::vector<What> found;
    for (const workflow::Record& record : daemon_.records()) {
      if (std::holds_alternative<workflow::ManagerStarted>(record.what)) found.clear();
      if (const auto* what = std::get_if<What>(&record.what)) found.push_back(*what);
    }
    return found;
  }
  bool is_socket_there() const { return std::filesystem::exists(daemon_.control()); }

  UniqueFd answer_;
};

TEST_F(LifeTest, StartsWhatTheProjectDraws) {
  start_all();
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_GT(process_of("app1"), 0);
  EXPECT_GT(process_of("app2"), 0);
}

TEST_F(LifeTest, AdoptsWhatRunsAfterItWasKilled) {
  start_all();
  const pid_t first = process_of("app1"), second = process_of("app2");
  daemon_.crash();
  daemon_.start();
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_EQ(process_of("app1"), first);
  EXPECT_EQ(process_of("app2"), second);
  EXPECT_EQ(starts_of("app1"), 1u);
  EXPECT_EQ(starts_of("app2"), 1u);
  EXPECT_TRUE(all_after_takeover<CallIntent>().empty());
}

TEST_F(LifeTest, MarksWhatWasHalfDoneAsInterrupted) {
  start_all();
  const workflow::RunId run = begin_call();
  daemon_.crash();
  daemon_.start();
  const auto ended = daemon_.await<RunEnded>();
  EXPECT_EQ(ended.run, run);
  EXPECT_EQ(ended.end, RunEnd::kInterrupted);
  const auto calls = all_after_takeover<CallEnded>();
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<workflow::CallLost>(calls[0].outcome));
  EXPECT_EQ(states(), "app1 started, app2 started") << "adoption should have found out";
}

TEST_F(LifeTest, PutsBackWhatWasHalfDone) {
  write("deployment.mmd", deployment(2, "    +max: Integer = 3\n    +level: Integer = 1\n"));
  write("diagrams/alarm.mmd",
        "stateDiagram-v2\n[*] --> grow\ngrow : this.level = 2\ngrow : x = app++\ngrow : x.start()\n"
        "grow --> hang\nhang : wait(1h)\nhang --> [*]\n");
  start_all();
  daemon_.write("alarm app1 level=1\n");
  daemon_.await<workflow::StateEntered>([](const auto& entered) { return entered.state == "hang"; });
  EXPECT_GT(process_of("app3"), 0);
  daemon_.crash();
  daemon_.start();
  EXPECT_EQ(daemon_.await<RunEnded>().end, RunEnd::kInterrupted);
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_EQ(process_of("app3"), 0);
  const auto changes = all_after_takeover<workflow::SystemChanged>();
  EXPECT_EQ(changes.back().change, system::Change(system::AttributeUnset{0, "level"}));
}

TEST_F(LifeTest, StartsNothingTwiceEvenWithoutItsJournal) {
  start_all();
  daemon_.crash();
  daemon_.forget();
  start_all();
  EXPECT_EQ(starts_of("app1"), 1u);
  EXPECT_EQ(starts_of("app2"), 1u);
}

TEST_F(LifeTest, RaisesComponentFailedForWhatDiedMeanwhile) {
  start_all();
  const pid_t process = process_of("app1");
  daemon_.crash();
  ::kill(-process, SIGKILL);
  daemon_.start();
  const auto event = daemon_.await<workflow::EventSuppressed>();
  EXPECT_EQ(event.name, "component_failed");
  EXPECT_EQ(event.component, "app1");
  EXPECT_EQ(states(), "app1 stopped, app2 started");
}

TEST_F(LifeTest, RaisesComponentFailedForWhatDies) {
  start_all();
  ::kill(-process_of("app2"), SIGKILL);
  const auto event = daemon_.await<workflow::EventSuppressed>();
  EXPECT_EQ(event.name, "component_failed");
  EXPECT_EQ(event.component, "app2");
}

TEST_F(LifeTest, EndsBySignalAndLeavesTheComponents) {
  start_all();
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
  EXPECT_FALSE(is_socket_there());
  EXPECT_TRUE(std::filesystem::is_fifo(daemon_.pipe())) << "probes go on writing, for the next one";
  EXPECT_TRUE(std::holds_alternative<workflow::ManagerStopped>(daemon_.records().back().what));
  EXPECT_GT(process_of("app1"), 0);
  daemon_.start();
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_EQ(starts_of("app1"), 1u);
}

TEST_F(LifeTest, TakesOverFromTheCheckpointOfItsEnd) {
  write("deployment.mmd", deployment(2, "    +level: Integer = 0\n"));
  start_all();
  for (int level = 1; level <= 1000; ++level)
    daemon_.ask("PUT", "/v1/components/app2/attributes/level", fmt::format(R"({{"value": "{}"}})", level));
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
  auto reader = journal::Reader::open(daemon_.journal());
  ASSERT_TRUE(reader) << reader.error().message;
  const auto checkpoint = reader->checkpoint();
  ASSERT_TRUE(checkpoint && *checkpoint);
  EXPECT_EQ((*checkpoint)->sequence(), *reader->last());
  daemon_.start();
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_THAT(daemon_.ask("GET", "/v1/components/app2"), HasSubstr(R"("level":"1000")"));
  EXPECT_EQ(starts_of("app2"), 1u);
}

TEST_F(LifeTest, TellsWhoFollowsToItsLastRecord) {
  daemon_.start();
  bool is_last = false;
  daemon_.await_record([&](const workflow::Record& record) {
    if (std::holds_alternative<RunEnded>(record.what)) daemon_.kill(SIGTERM);  // now that it is followed
    is_last = std::holds_alternative<workflow::ManagerStopped>(record.what);
    return is_last;
  });
  EXPECT_TRUE(is_last);
  EXPECT_EQ(daemon_.await_end(), 0);
}

TEST_F(LifeTest, CancelsWhatGoesOnWhenItEndsAndWritesItDown) {
  start_all();
  const workflow::RunId run = begin_call();
  daemon_.kill(SIGINT);
  EXPECT_EQ(daemon_.await_end(), 0);
  const auto calls = all_after_takeover<CallEnded>();
  EXPECT_TRUE(std::holds_alternative<workflow::CallCancelled>(calls.back().outcome));
  const auto runs = all_after_takeover<RunEnded>();
  EXPECT_EQ(runs.back().run, run);
  EXPECT_EQ(runs.back().end, RunEnd::kCancelled);
  EXPECT_EQ(runs.back().why, fmt::format("SIGINT of root (process {})", ::getpid()));
}

TEST_F(LifeTest, EndsAtOnceBySecondSignal) {
  write("ask.sh", "#!/bin/sh\ntrap '' TERM\necho > \"$2.deaf\"\nread -r answer < \"$2\"\n");
  ASSERT_EQ(::mkfifo((dir_ / "answer.deaf").c_str(), 0600), 0);
  start_all();
  begin_call();
  std::ifstream(dir_ / "answer.deaf").get();  // it hears no signal any more
  daemon_.kill(SIGTERM);
  daemon_.await_log("ending: SIGTERM of ");  // and of whom
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 1);
  EXPECT_THAT(daemon_.log(), HasSubstr("ended at once"));
}

TEST_F(LifeTest, StopsTheComponentsWhenAskedToAndEnds) {
  start_all();
  EXPECT_THAT(daemon_.ask("POST", "/v1/stop", "{}"), HasSubstr(R"("end":"done")"));
  EXPECT_EQ(daemon_.await_end(), 0);
  EXPECT_EQ(process_of("app1"), 0);
  EXPECT_EQ(process_of("app2"), 0);
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunStarted>().diagram, "stop");
  ASSERT_EQ(daemon_.await<RunStarted>().diagram, "start");
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_EQ(states(), "app1 started, app2 started");
}

TEST_F(LifeTest, StaysWhenItsStopFailsAndCanBeStoppedAgain) {
  write("diagrams/stop.mmd",
        "stateDiagram-v2\n[*] --> a\na : app.ask(\"" + dir_ / "answer" + "\")\na : app.stop()\na --> [*]\n");
  start_all();
  EXPECT_THAT(daemon_.ask("POST", "/v1/stop", "{}"), HasSubstr(R"("end":"failed")"));
  daemon_.await_log("the project is not stopped: run 2 failed: ");
  EXPECT_EQ(states(), "app1 started, app2 started");
  EXPECT_THAT(daemon_.ask("GET", "/v1/status", ""), HasSubstr(R"("state":"running")"));
  dir_.write("answer", "0\n");
  EXPECT_THAT(daemon_.ask("POST", "/v1/stop", "{}"), HasSubstr(R"("end":"done")"));
  EXPECT_EQ(daemon_.await_end(), 0);
  EXPECT_EQ(process_of("app1"), 0);
}

TEST_F(LifeTest, MakesWhatIsNewInTheDrawingAndSaysHowItIsStarted) {
  start_all();
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
  write("deployment.mmd",
        deployment(3, {}, "  class cache {\n    +host-family: String = \"machine\"\n  }\n"));
  daemon_.start();
  daemon_.await_log("app3 is new in the drawing: it is made, and not started: `attune call app3 start`");
  daemon_.await_log("cache is new in the drawing: it is made\n");
  EXPECT_EQ(states(), "app1 started, app2 started, app3 declared, cache declared");
  EXPECT_THAT(daemon_.ask("POST", "/v1/calls", R"({"component": "app3", "stub": "start"})"),
              HasSubstr(R"("end":"done")"));
  EXPECT_GT(process_of("app3"), 0);
  EXPECT_EQ(starts_of("app1"), 1u);
}

TEST_F(LifeTest, SaysWhichRunAnswersAnEventByHand) {
  write("diagrams/alarm.mmd", "stateDiagram-v2\n[*] --> a\na : wait(1h)\na --> [*]\n");
  start_all();
  const std::string alarm = R"({"event": "alarm", "component": "app1", "values": {"level": "3"}})";
  EXPECT_THAT(daemon_.ask("POST", "/v1/events", alarm), HasSubstr(R"({"run":2,"suppressed":null})"));
  for (int i = 0; i < 3; ++i)  // also where it is only counted
    EXPECT_THAT(daemon_.ask("POST", "/v1/events", alarm),
                HasSubstr(R"({"run":null,"suppressed":"run 2 answers it already"})"));
}

TEST_F(LifeTest, UndeploysExactlyWhatItDeployed) {
  start_all();
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/components/app1/service.sh"));
  EXPECT_TRUE(std::filesystem::exists(dir_ / "host/small/components/app1/ask.sh"))
      << "the project's own script";
  EXPECT_THAT(daemon_.ask("POST", "/v1/undeploy", "{}"), HasSubstr(R"("end":"done")"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "host")) << "nor is anything left of its processes";
  EXPECT_EQ(states(), "app1 declared, app2 declared");
}

TEST_F(LifeTest, RefusesASecondDaemonOfTheProject) {
  start_all();
  test::AttunedProcess second(dir_ / "project", dir_ / "d");
  second.launch();
  EXPECT_EQ(second.await_end(), 1);
  EXPECT_THAT(daemon_.log(), HasSubstr("another attuned (process " + std::to_string(daemon_.pid())));
  EXPECT_EQ(states(), "app1 started, app2 started");
}

TEST_F(LifeTest, SaysWhatIsWrongWithAProject) {
  write("deployment.mmd", deployment(2, "    +size Integer = 3\n"));
  daemon_.launch();
  EXPECT_EQ(daemon_.await_end(), 1);
  EXPECT_THAT(daemon_.log(), HasSubstr("deployment.mmd:14:11: error: expected ':'"));
  EXPECT_THAT(daemon_.log(), HasSubstr("has errors"));
  EXPECT_FALSE(is_socket_there());
  EXPECT_FALSE(std::filesystem::exists(daemon_.journal()));
}

TEST_F(LifeTest, SaysThatAComponentFitsNowhere) {
  write("machine.nodes", "here cpus=1 memory=1GiB\n");
  write("deployment.mmd", deployment(2, "    +memory: Size = 2GiB\n"));
  daemon_.launch();
  EXPECT_EQ(daemon_.await_end(), 1);
  EXPECT_THAT(daemon_.log(), HasSubstr("app1"));
  write("machine.nodes", "here cpus=1 memory=8GiB\n");
  start_all();
}

TEST_F(LifeTest, SaysWhatIsWrongOnTheCommandLine) {
  daemon_.arguments = {"--no-such-option"};
  daemon_.launch();
  EXPECT_EQ(daemon_.await_end(), 2);
  EXPECT_THAT(daemon_.log(), HasSubstr("see attuned --help"));
}

// With one more component, whose script hangs where the test wants it to.
class HangingLifeTest : public LifeTest {
 protected:
  HangingLifeTest() {
    const std::string method =
        fmt::format("key='Script' method='slow.sh'><param value='{}'/></method>\n", dir_.path().string());
    write("wrappers/slow.xml", "<wrapper name='slow'>\n<method name='start' " + method +
                                   "<method name='status' " + method + "</wrapper>\n");
    write("slow.sh",
          "#!/bin/sh\n"
          "cd \"$2\" || exit 1\n"
          "[ \"$1\" = start ] && : > running\n"
          "[ \"$1\" = status ] && ! [ -e running ] && exit 3\n"
          "[ -e \"hangs.$1\" ] || exit 0\n"
          "echo it hangs > asked\n"
          "read -r word < answer\n");
    write("deployment.mmd", deployment(2, "",
                                       "  class slow {\n    +host-family: String = \"machine\"\n"
                                       "    +wrapper: String = \"slow.xml\"\n  }\n"));
  }
  void hang(const std::string& stub) {
    make_answer();
    ASSERT_EQ(::mkfifo((dir_ / "asked").c_str(), 0600), 0);
    dir_.write("hangs." + stub, "");
  }
  void await_hanging() {
    std::string word;
    std::ifstream asked(dir_ / "asked");
    std::getline(asked, word);
    EXPECT_EQ(word, "it hangs");
  }
  void expect_an_orderly_end() {
    daemon_.kill(SIGTERM);
    EXPECT_EQ(daemon_.await_end(), 0);
    EXPECT_TRUE(std::holds_alternative<workflow::ManagerStopped>(daemon_.records().back().what));
  }
  void go_on_without_hanging(const std::string& last_words) {
    for (const char* stub : {"start", "status"}) std::filesystem::remove(dir_ / "hangs." + stub);
    daemon_.start();
    daemon_.await_log(last_words);
    EXPECT_EQ(states(), "app1 started, app2 started, slow started");
  }
};

TEST_F(HangingLifeTest, EndsInOrderWhileAnAdoptionHangs) {
  start_all();
  daemon_.crash();
  hang("status");
  daemon_.launch();
  await_hanging();
  expect_an_orderly_end();
  go_on_without_hanging("project small runs");
}

TEST_F(HangingLifeTest, AStartThatASignalCancelsHasComeToWhatTheWorldSays) {
  hang("start");
  daemon_.start();
  await_hanging();
  expect_an_orderly_end();
  const system::ComponentId slow = 2;
  std::optional<system::Lifecycle> last;
  for (const auto& changed : all_after_takeover<workflow::SystemChanged>()) {
    const auto* lifecycle = std::get_if<system::LifecycleChanged>(&changed.change);
    if (lifecycle != nullptr && lifecycle->id == slow) last = lifecycle->to;
  }
  EXPECT_EQ(last, system::Lifecycle::kStarted);
  go_on_without_hanging("run 2: done");
}

// libvirt reads this when it is initialised, and gives up where it makes no sense.
TEST_F(LifeTest, RunsAndEndsWhereLibvirtCannotBeInitialised) {
  ::setenv("LIBVIRT_LOG_OUTPUTS", "nonsense", 1);
  start_all();
  ::unsetenv("LIBVIRT_LOG_OUTPUTS");
  EXPECT_THAT(daemon_.log(), HasSubstr("no virtual machine can be reached: libvirt cannot be initialised: "));
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
}

// When a host comes up its libvirt is asked for machines; here a program in its place, which never answers.
TEST_F(LifeTest, EndsInOrderWhileALibvirtIsAskedInVain) {
  ASSERT_EQ(::mkfifo((dir_ / "asked").c_str(), 0600), 0);
  dir_.write("libvirt", "#!/bin/sh\necho > " + dir_ / "asked" + "; exec cat > /dev/null\n");
  std::filesystem::permissions(dir_ / "libvirt", std::filesystem::perms(0755));
  write("vms.nodes", "there\n");
  write("diagrams/start.mmd", "stateDiagram-v2\n[*] --> a\na : wait(1ms)\na --> [*]\n");
  write("deployment.mmd",
        deployment(2, {},
                   fmt::format("  class vms {{\n    <<host-family>>\n    +nodefile: String = \"vms.nodes\"\n"
                               "    +protocol: String = \"local\"\n    +dirlocal: String = \"{}\"\n"
                               "    +hypervisor: String = \"qemu+ext:///system?command={}\"\n  }}\n"
                               "  class vm {{\n    +host-family: String = \"vms\"\n"
                               "    +wrapper: String = \"vm.xml\"\n    +memory: Size = 128MiB\n  }}\n",
                               dir_ / "there", dir_ / "libvirt")));
  daemon_.start();
  ASSERT_FALSE(HasFailure());
  std::ifstream(dir_ / "asked").get();
  daemon_.kill(SIGTERM);
  EXPECT_EQ(daemon_.await_end(), 0);
}

TEST_F(LifeTest, WhoHasOneMoreMadeIsToldItsName) {
  write("deployment.mmd", deployment(2, "    +max: Integer = 3\n"));
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  EXPECT_THAT(daemon_.ask("POST", "/v1/components", R"({"class": "app"})"), HasSubstr("created app3"));
}

}  // namespace
}  // namespace attune::main
