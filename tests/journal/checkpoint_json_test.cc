// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/checkpoint_json.h"

#include <sstream>

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
  of.runs.push_back({7, {"cpu_high", "vm", true, undo}});
  of.ends.push_back({"tired", "vm", WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026})});
  of.resized.push_back({"vm", true, WallTime(std::chrono::sys_days{std::chrono::May / 4 / 2026}), 7});
  of.moves.emplace_back(std::chrono::sys_days{std::chrono::May / 4 / 2026});
  return of;
}

TEST(CheckpointJson, HasTheDocumentedForm) {
  EXPECT_EQ(to_json(small()),
            R"({"next":{"record":42,"event":9,"run":8,"call":13},"started":true,"component":1,)"
            R"("numbers":[{"class":"vm","number":2}],"changes":[{"kind":"component-created","component":0,)"
            R"("name":"vm","class":"vm","number":1,"container":4294967295},)"
            R"({"kind":"host-assigned","component":0,"host":"lab1"}],)"
            R"("runs":[{"run":7,"diagram":"cpu_high","subject":"vm","begun":true,)"
            R"("undo":[{"kind":"host-assigned","component":0,"host":"lab2"}],"undoing":false}],"calls":[],)"
            R"("ends":[{"diagram":"tired","subject":"vm","at":"2026-05-04T00:00:00.000000Z"}],)"
            R"("resized":[{"class":"vm","grew":true,"at":"2026-05-04T00:00:00.000000Z","run":7}],)"
            R"("moves":["2026-05-04T00:00:00.000000Z"]})");
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
