// SPDX-License-Identifier: Apache-2.0
// The daemon killed after each record of its beginning: whatever was half done, the next one ends with all of
// it done, and nothing done twice.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using workflow::Record;
using workflow::RunEnded;

class CrashTest : public DaemonTest {
 protected:
  // Starts it, and kills it as soon as it has written the record. False: it had done all before.
  bool start_and_kill_after(uint64_t sequence) {
    daemon_.start();
    bool is_done = false;
    daemon_.await_record([&](const Record& record) {
      is_done = std::holds_alternative<RunEnded>(record.what);
      return is_done || record.sequence >= sequence;
    });
    daemon_.crash();
    return !is_done;
  }
  // It may have been quicker than the blow.
  bool had_done_all() const {
    const std::vector<Record> records = daemon_.records();
    return std::any_of(records.begin(), records.end(),
                       [](const Record& record) { return std::holds_alternative<RunEnded>(record.what); });
  }
  // All is as if nothing had ever run.
  void clear() {
    for (const char* service : {"app1", "app2"}) {
      if (const pid_t pid = process_of(service); pid > 0) ::kill(-pid, SIGKILL);
      std::filesystem::remove(dir_ / "notes" + "/" + service);
    }
    std::filesystem::remove_all(dir_ / "host");
    daemon_.forget();
  }
};

TEST_F(CrashTest, EndsWithAllDoneAndNothingDoneTwice) {
  uint64_t sequence = 1;
  for (bool goes_on = true; goes_on; ++sequence) {
    SCOPED_TRACE("killed after record " + std::to_string(sequence));
    goes_on = start_and_kill_after(sequence);
    const bool was_cut = !had_done_all();
    daemon_.start();
    if (was_cut) {
      const auto ended_well = [](const RunEnded& run) { return run.end == workflow::RunEnd::kDone; };
      daemon_.await<RunEnded>(ended_well);
    }
    EXPECT_EQ(states(), "app1 started, app2 started");
    EXPECT_EQ(starts_of("app1"), 1u);
    EXPECT_EQ(starts_of("app2"), 1u);
    daemon_.crash();
    clear();
    if (HasFailure()) break;
  }
  EXPECT_GT(sequence, 15u) << "it should have been killed in the middle of things";
}

// Nobody can tell whether the manager before has had it answered.
TEST_F(CrashTest, WhatHadFailedBeforeIsReportedOnceMore) {
  write("diagrams/component_failed.mmd",
        "---\nattune:\n  on: app\n---\nstateDiagram-v2\n[*] --> a\na : alert(event.why, this)\na --> [*]\n");
  daemon_.start();
  daemon_.await<RunEnded>();
  ::kill(-process_of("app1"), SIGKILL);
  daemon_.await<workflow::Alerted>();
  daemon_.crash();
  daemon_.start();
  const auto again = daemon_.await<workflow::Alerted>(
      [](const workflow::Alerted& one) { return one.text == "it had failed before the manager started"; });
  EXPECT_EQ(again.component, "app1");
  EXPECT_EQ(states(), "app1 failed, app2 started");
}

}  // namespace
}  // namespace attune::main
