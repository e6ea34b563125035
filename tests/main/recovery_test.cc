// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/recovery.h"

#include <optional>
#include <utility>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/journal/sqlite_store.h"
#include "runtime/main/asio_loop.h"
#include "tests/main/small_manager.h"
#include "tests/support/temp_dir.h"

namespace attune::main {
namespace {

using system::Lifecycle;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// vm1 of the small project has failed, on lab1.
class FailedBeforeTest : public ::testing::Test {
 protected:
  void answers(const std::string& event, const std::string& subject) {
    project_.diagrams[event].subject_class = subject;
  }
  std::string raised() {
    system::System system(project_);
    EXPECT_TRUE(system.apply(system::ComponentCreated{0, "vm1", "vm", 1}));
    EXPECT_TRUE(system.apply(system::ComponentCreated{1, "vm2", "vm", 2}));
    EXPECT_TRUE(system.apply(system::HostAssigned{0, "lab1"}));
    EXPECT_TRUE(system.apply(system::LifecycleChanged{0, system::Lifecycle::kFailed}));
    EXPECT_TRUE(system.apply(system::LifecycleChanged{1, system::Lifecycle::kStopped}));
    std::string text;
    for (const FoundDead& one : failed_before(system)) {
      const workflow::Event event = event_of(system, one);
      text += event.name + " " + event.component;
      for (const auto& [name, value] : event.values) text += fmt::format(" {}={}", name, value);
    }
    return text;
  }
  model::Project project_ = small_project();
};

TEST_F(FailedBeforeTest, ItIsRaisedOnceMore) {
  EXPECT_EQ(raised(), "component_failed vm1 why=it had failed before the manager started");
}

TEST_F(FailedBeforeTest, OfAMachineAsACrashWhereOnlyThatIsAnswered) {
  answers("vm_crashed", "vm");
  EXPECT_EQ(raised(), "vm_crashed vm1 host=lab1");
  answers("component_failed", "vm");
  EXPECT_EQ(raised(), "component_failed vm1 why=it had failed before the manager started");
}

TEST_F(FailedBeforeTest, OfWhatIsGoneNothing) {
  const system::System system(project_);
  EXPECT_EQ(event_of(system, {"vm1", "it was found stopped"}).name, "");
}

// --- the journal ---

class ReadJournalTest : public ::testing::Test {
 protected:
  // Of a manager that has made vm1.
  void write() {
    auto store = journal::SqliteStore::open(path_, loop_, {});
    ASSERT_TRUE(store) << store.error().message;
    std::vector<workflow::Record> records;
    records.push_back({1, {}, workflow::ManagerStarted{"1.2.3"}});
    records.push_back({2, {}, workflow::SystemChanged{0, system::ComponentCreated{0, "vm1", "vm", 1}, "me"}});
    (*store)->append(std::move(records), [&](const Result<void>& done) {
      EXPECT_TRUE(done);
      loop_.stop();
    });
    loop_.run();
  }
  Result<void> read() { return read_journal(path_, history_, log_); }

  test::TempDir dir_;
  const std::string path_ = dir_ / "journal.db";
  AsioLoop loop_;
  SilentLog log_;
  const model::Project project_ = small_project();
  system::System system_{project_};
  workflow::History history_{system_};
};

TEST_F(ReadJournalTest, OneThatIsNotThereYetTellsNothing) {
  EXPECT_TRUE(read());
  EXPECT_TRUE(history_.is_empty());
}

TEST_F(ReadJournalTest, MakesTheSystemThatItTellsOf) {
  write();
  ASSERT_TRUE(read());
  EXPECT_EQ(history_.next().record, 3u);
  EXPECT_NE(system_.find("vm1"), nullptr);
}

TEST_F(ReadJournalTest, OneThatIsNoneIsRefused) {
  dir_.write("journal.db", "not a journal\n");
  const auto done = read();
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr(path_));
}

TEST_F(ReadJournalTest, OneThatTheProjectDoesNotFitIsRefused) {
  write();
  const model::Project other = attune::testing::ProjectBuilder().family("lab", {"lab1"}).build();
  system::System system(other);
  workflow::History history(system);
  const auto done = read_journal(path_, history, log_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("no class 'vm'"));
}

// --- what became of the components ---

class AdoptTest : public ::testing::Test, protected SmallManager {
 protected:
  AdoptTest() {
    vm.at_once = workflow::CallExited{};
    begin();
  }
  system::ComponentId id(const std::string& name) { return system.find(name)->id; }
  std::vector<std::string> dead() {
    std::optional<std::vector<FoundDead>> found;
    start<std::vector<FoundDead>>(adopt_all(system, engine, driver, log),
                                  [&](const std::vector<FoundDead>& all) { found = all; });
    loop.turn();
    EXPECT_TRUE(found) << "it waits";
    std::vector<std::string> texts;
    for (const FoundDead& one : found.value_or(std::vector<FoundDead>()))
      texts.push_back(one.component + ": " + one.why);
    return texts;
  }
};

TEST_F(AdoptTest, WhatItFindsIsTheSystemsState) {
  vm.states = {{id("vm1"), Lifecycle::kStarted}, {id("vm2"), Lifecycle::kStopped}};
  EXPECT_THAT(dead(), ElementsAre("vm2: it was found stopped"));
  EXPECT_EQ(system.find("vm1")->lifecycle, Lifecycle::kStarted);
  EXPECT_EQ(system.find("vm2")->lifecycle, Lifecycle::kStopped);
  EXPECT_EQ(store.all<workflow::SystemChanged>().back().by, "adoption");
}

TEST_F(AdoptTest, OfWhomNobodyCanTellStaysAsItWas) {
  vm.states = {{id("vm2"), Lifecycle::kStarted}};
  EXPECT_THAT(dead(), IsEmpty());
  EXPECT_EQ(system.find("vm1")->lifecycle, Lifecycle::kStarted);
  EXPECT_THAT(log.lines, ElementsAre("cannot tell what became of vm1: no answer"));
}

TEST_F(AdoptTest, WhatIsNotMeantToRunIsNotAskedFor) {
  driver.carry_out(
      engine.observed(system::LifecycleChanged{id("vm1"), Lifecycle::kStopped}, "me", driver.now()));
  vm.states = {{id("vm2"), Lifecycle::kStarted}};
  EXPECT_THAT(dead(), IsEmpty());
  EXPECT_THAT(vm.adopted, ElementsAre(id("vm2")));
}

// What was being started has no run any more that would be told.
TEST_F(AdoptTest, WhatDidNotRunYetIsNotDead) {
  driver.carry_out(
      engine.observed(system::LifecycleChanged{id("vm1"), Lifecycle::kStarting}, "me", driver.now()));
  vm.states = {{id("vm1"), Lifecycle::kStopped}, {id("vm2"), Lifecycle::kStarted}};
  EXPECT_THAT(dead(), IsEmpty());
  EXPECT_EQ(system.find("vm1")->lifecycle, Lifecycle::kStopped);
}

TEST_F(AdoptTest, WhatIsNewInTheDrawingIsTold) {
  tell_of_changes(system, id("vm2"), false, log);
  EXPECT_THAT(log.lines,
              ElementsAre("vm2 is new in the drawing: it is made, and not started: `attune call vm2 start`"));
  log.lines.clear();
  tell_of_changes(system, id("vm2"), true, log);
  EXPECT_THAT(log.lines, IsEmpty());
}

}  // namespace
}  // namespace attune::main
