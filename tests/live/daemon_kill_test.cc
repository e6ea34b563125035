// SPDX-License-Identifier: Apache-2.0
// The real attuned killed at each system call by which it makes its journal durable, or writes to it, while
// it answers an event with a migration: the next one has the machine on one host, its connections intact, and
// accounts for the event.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "tests/live/stream_daemon.h"
#include "tests/live/tracer.h"

namespace attune::test {
namespace {

using workflow::EventAccepted;
using workflow::Record;
using workflow::RunEnded;

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), by);
}

class LiveKill : public StreamDaemonTest {
 protected:
  // Each event moves the machine, at once; nothing else writes to the journal.
  void SetUp() override {
    change("threshold: Percent = 80%", "threshold: Percent = 900%");
    std::ifstream file(dir_ / "project/diagrams/cpu_high.mmd");
    std::string diagram{std::istreambuf_iterator<char>(file), {}};
    diagram = replaced(diagram, "  hold: 5s\n  cooldown: 30s\n", "  cooldown: 0s\n");
    diagram = replaced(diagram, "free_memory >= this.memory", "name != this.host.name");
    write("diagrams/cpu_high.mmd", diagram);
    start();
  }

  // Raises the event, and kills the manager as it enters that system call for the n-th time. False: the run
  // had ended before.
  bool kill_at(const char* syscall, int nth) {
    const Tracer tracer(daemon_.pid(), syscall, nth);
    daemon_.write("cpu_high vm cpu=101%\n");
    bool is_done = false;
    daemon_.await_record(
        [&](const Record& record) { return is_done = std::holds_alternative<RunEnded>(record.what); });
    if (is_done)
      daemon_.crash();
    else
      EXPECT_EQ(daemon_.await_end(), 128 + SIGKILL);
    return !is_done;
  }
  uint64_t last_record() const { return daemon_.records().back().sequence; }
  // The event that came after that record, where one was accepted, has a run that ends.
  void expect_answered(uint64_t after) {
    const std::vector<Record> records = daemon_.records();
    for (const Record& record : records)
      if (record.sequence > after && std::holds_alternative<EventAccepted>(record.what)) {
        (void)daemon_.await<RunEnded>();
        return;
      }
  }
  void expect_one_machine() {
    std::string host;
    EXPECT_TRUE(eventually([&] {
      host = who_has();
      return (host == "lab1" || host == "lab2") && shown() == "started on " + host;
    })) << shown()
        << ", really on " << who_has();
    EXPECT_TRUE(guest_.still_answers());
    EXPECT_TRUE(eventually([&] { return is_probed_on(host) && shown("probe") == "started on " + host; }))
        << shown("probe");
  }

  void sweep(const char* syscall) {
    int kills = 0;
    for (bool goes_on = true; goes_on && !HasFailure(); kills += goes_on ? 1 : 0) {
      SCOPED_TRACE(fmt::format("killed at {} {}", syscall, kills + 1));
      const uint64_t before = last_record();
      goes_on = kill_at(syscall, kills + 1);
      daemon_.start();
      if (goes_on) expect_answered(before);
      expect_one_machine();
    }
    EXPECT_GE(kills, 4) << "the event, and a call each to stop the probe, to migrate and to start it again";
    fmt::print("{} kills at {}\n", kills, syscall);
  }
};

TEST_F(LiveKill, AtEachCommitOfItsJournalLosesNeitherMachineNorEvent) {
  sweep("fdatasync");
}

TEST_F(LiveKill, AtEachWriteToItsJournalLosesNeitherMachineNorEvent) {
  sweep("pwrite64");
}

}  // namespace
}  // namespace attune::test
