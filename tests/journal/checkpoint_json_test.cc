// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/checkpoint_json.h"

#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "runtime/journal/record_json.h"
#include "tests/journal/random_record.h"
#include "tests/support/golden.h"

namespace attune::journal {
namespace {

using ::testing::HasSubstr;
using workflow::Checkpoint;

Checkpoint small() {
  Checkpoint of;
  of.next = {42, 9, 8, 13};
  of.started = true;
  of.system.changes = {system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent},
                       system::HostAssigned{0, "lab1"}};
  of.system.next_id = 1;
  of.system.next_numbers = {{"vm", 2}};
  workflow::Undo undo;
  undo.changes = {system::HostAssigned{0, "lab2"}};
  undo.migrated_by = {{0, "carry"}};
  of.runs.push_back({7, {"cpu_high", "vm", true, undo, {}}});
  of.ends.push_back({"tired", "vm", WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026})});
  of.resized.push_back({"vm", true, WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026}), 7});
  of.moves.emplace_back(std::chrono::sys_days{std::chrono::May / 4 / 2026});
  of.modes.push_back({workflow::Mode::kPaused, "vm", "root"});
  of.trials.push_back({"cpu_high", "vm", {2, false}});
  of.own_stops.push_back({"vm", "libvirt lab1", 7});
  of.about = "vm";
  of.off.push_back(
      {"lab2", {WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026}), "board.power_off"}});
  return of;
}

TEST(CheckpointJson, HasTheDocumentedForm) {
  EXPECT_EQ(to_json(small()),
            R"({"next":{"record":42,"event":9,"run":8,"call":13},"started":true,"component":1,)"
            R"("numbers":[{"class":"vm","number":2}],"changes":[{"kind":"component-created","component":0,)"
            R"("name":"vm","class":"vm","number":1,"container":4294967295},)"
            R"({"kind":"host-assigned","component":0,"host":"lab1"}],)"
            R"("runs":[{"run":7,"diagram":"cpu_high","subject":"vm","begun":true,)"
            R"("undo":[{"kind":"host-assigned","component":0,"host":"lab2"}],"undoing":false,"host":"",)"
            R"("migrated_by":[{"component":0,"stub":"carry"}]}],"calls":[],)"
            R"("ends":[{"diagram":"tired","subject":"vm","at":"2026-05-04T00:00:00.000000Z"}],)"
            R"("resized":[{"class":"vm","grew":true,"at":"2026-05-04T00:00:00.000000Z","run":7}],)"
            R"("moves":["2026-05-04T00:00:00.000000Z"],)"
            R"("modes":[{"mode":"paused","component":"vm","by":"root"}],)"
            R"("trials":[{"diagram":"cpu_high","subject":"vm","runs":2,"off":false}],)"
            R"("own_stops":[{"component":"vm","by":"libvirt lab1","run":7}],"about":"vm",)"
            R"("off":[{"host":"lab2","since":"2026-05-04T00:00:00.000000Z","by":"board.power_off"}]})");
}

TEST(CheckpointJson, ReadsBackAsItWasWritten) {
  RandomRecord random(7);
  for (int i = 0; i < 200; ++i) {
    const std::string written = to_json(random.checkpoint());
    const auto read = checkpoint_from_json(written);
    ASSERT_TRUE(read) << read.error().message << "\n" << written;
    ASSERT_EQ(to_json(*read), written);
  }
}

// What is left out of both texts does not show there.
TEST(CheckpointJson, KeepsTheStubByWhichEachMachineGoesBack) {
  RandomRecord random(8);
  size_t kept = 0;
  for (int i = 0; i < 200; ++i) {
    const Checkpoint made = random.checkpoint();
    const auto read = checkpoint_from_json(to_json(made));
    ASSERT_TRUE(read) << read.error().message;
    for (size_t run = 0; run < made.runs.size(); ++run) {
      EXPECT_EQ(read->runs[run].run.undo.migrated_by, made.runs[run].run.undo.migrated_by);
      kept += made.runs[run].run.undo.migrated_by.size();
    }
  }
  EXPECT_GT(kept, 100u);
}

TEST(CheckpointJson, RefusesAMachineThatGoesBackByTwoStubs) {
  std::string written = to_json(small());
  const std::string by = R"({"component":0,"stub":"carry"})";
  ASSERT_NE(written.find(by), written.npos) << written;
  EXPECT_FALSE(checkpoint_from_json(written.insert(written.find(by), by + ",")));
}

// One of an older Attune that did not know of it.
TEST(CheckpointJson, OpensWithoutWhatWasNotKnownYet) {
  const std::string written = to_json(small());
  const size_t ends = written.find(R"(,"ends":)");
  const auto first = checkpoint_from_json(written.substr(0, ends) + "}");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->ends.empty() && first->modes.empty() && first->trials.empty());
  EXPECT_EQ(first->sequence(), small().sequence());
  for (const char* name :
       {"ends", "resized", "moves", "modes", "trials", "own_stops", "migrated_by", "off"}) {
    const size_t begin = written.find(fmt::format(",\"{}\":[", name));
    const auto without =
        checkpoint_from_json(std::string(written).erase(begin, written.find(']', begin) + 1 - begin));
    EXPECT_TRUE(without) << name << ": " << without.error().message;
  }
  EXPECT_THAT(
      checkpoint_from_json(std::string(written).erase(written.find(R"(,"calls":[])"), 11)).error().message,
      HasSubstr("a checkpoint was expected, at byte "));
}

TEST(CheckpointJson, AZeroBelowZeroIsZero) {
  Checkpoint of = small();
  of.system.changes.push_back(system::AttributeSet{0, "limit", model::Value(model::Percent{-0.0})});
  std::string written = to_json(of);
  ASSERT_TRUE(checkpoint_from_json(written)) << written;
  const size_t zero = written.find(R"("value":0)");
  ASSERT_NE(zero, written.npos) << written;
  const auto older = checkpoint_from_json(written.insert(zero + 8, "-"));
  ASSERT_TRUE(older) << older.error().message;
  EXPECT_EQ(to_json(*older), to_json(of));
}

TEST(CheckpointJson, StandsAfterARecord) {
  EXPECT_EQ(small().sequence(), 41u);
}

TEST(CheckpointJson, RefusesTextThatIsCutOrChanged) {
  const std::string written = to_json(small());
  for (size_t length = 0; length < written.size(); ++length)
    EXPECT_FALSE(checkpoint_from_json(written.substr(0, length))) << length;
  EXPECT_FALSE(checkpoint_from_json(written + " "));
  EXPECT_THAT(checkpoint_from_json("{}").error().message, HasSubstr("at byte 1"));
}

// Each line of docs/journal.md that is one.
TEST(JournalPage, ShowsWhatIsReadAndWritten) {
  std::istringstream page(test::load_file(test::source_root() / "docs/journal.md"));
  size_t records = 0, checkpoints = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("{\"sequence\"")) {
      const auto record = record_from_json(line);
      ASSERT_TRUE(record) << record.error().message << "\n" << line;
      EXPECT_EQ(to_json(*record), line);
      ++records;
    } else if (line.starts_with("{\"next\"")) {
      const auto checkpoint = checkpoint_from_json(line);
      ASSERT_TRUE(checkpoint) << checkpoint.error().message << "\n" << line;
      EXPECT_EQ(to_json(*checkpoint), line);
      ++checkpoints;
    }
  }
  EXPECT_EQ(records, 5u);
  EXPECT_EQ(checkpoints, 1u);
}

}  // namespace
}  // namespace attune::journal
