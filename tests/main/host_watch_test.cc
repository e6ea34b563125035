// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/host_watch.h"

#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/main/small_manager.h"
#include "tests/support/heap.h"
#include "tests/wrappers/hand_shell.h"

namespace attune::main {
namespace {

using ports::HostHealth;
using system::HostState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Its hosts say nothing of their processors and memory in the node file.
class HostWatchTest : public ::testing::Test, protected SmallManager {
 protected:
  HostWatchTest() {
    vm.at_once = workflow::CallExited{};
    begin();
  }
  // Whoever still asks a host waits no longer.
  ~HostWatchTest() override {
    for (size_t i = 0; i < shell_.runs.size(); ++i) shell_.end(i, ports::CommandEnd(ports::Lost{"the end"}));
    loop.turn();
  }
  // As the manager before has left it.
  void was(const std::string& host, HostState state) {
    ASSERT_TRUE(system.apply(system::HostChanged{.host = host, .state = state}));
  }
  void watch() {
    watch_.emplace(HostWatch::Parts{system, engine, driver, intake, shell_, log, loop}, kSilence,
                   HostWatch::Onlooker{}),
        watch_->look();
  }
  void is(const std::string& host, HostHealth health) {
    shell_.watched.at(host)(health);
    loop.turn();
  }
  // Nothing answers them, so they are heard as suppressed; equal ones are counted together.
  std::vector<std::string> raised() {
    std::vector<std::string> all;
    for (const auto& one : store.all<workflow::EventSuppressed>())
      all.push_back(one.name + " " + one.component);
    return all;
  }
  system::HostChanged last_told() {
    return std::get<system::HostChanged>(store.all<workflow::SystemChanged>().back().change);
  }

  static constexpr Duration kSilence = std::chrono::seconds(15);
  wrappers::HandShell shell_{loop};
  std::optional<HostWatch> watch_;
};

TEST_F(HostWatchTest, RaisesThatAHostIsDownAndThatItIsBack) {
  watch();
  is("lab1", HostHealth::kUp);
  EXPECT_THAT(raised(), IsEmpty());
  is("lab1", HostHealth::kDown);
  EXPECT_EQ(system.find_host("lab1")->state, HostState::kDown);
  is("lab1", HostHealth::kUp);
  EXPECT_THAT(raised(), ElementsAre("host_down lab1", "host_up lab1"));
}

TEST_F(HostWatchTest, RaisesOnceMoreWhatTheManagerBeforeKnewAlready) {
  was("lab1", HostState::kDown);
  watch();
  is("lab1", HostHealth::kDown);
  EXPECT_THAT(raised(), ElementsAre("host_down lab1"));
  is("lab1", HostHealth::kDown);
  EXPECT_THAT(raised(), ElementsAre("host_down lab1"));
}

TEST_F(HostWatchTest, OfAHostThatIsOffOnlyWhereSomethingIsLeftThere) {
  was("lab1", HostState::kOff);
  was("lab2", HostState::kOff);
  ASSERT_TRUE(system.apply(system::HostAssigned{system.find("vm1")->id, "lab1"}));
  ASSERT_TRUE(system.apply(system::HostAssigned{system.find("vm2")->id, "lab1"}));
  watch();
  is("lab1", HostHealth::kDown);
  is("lab2", HostHealth::kDown);
  EXPECT_THAT(raised(), ElementsAre("host_down lab1"));
  EXPECT_EQ(system.find_host("lab1")->state, HostState::kOff);
}

TEST_F(HostWatchTest, AHostThatIsOffAndNeverFellSilentIsAskedWhetherItIs) {
  watch();
  is("lab1", HostHealth::kUp);
  was("lab1", HostState::kOff);
  watch_->look();
  const size_t before = shell_.runs.size();
  loop.pass(kSilence);
  ASSERT_EQ(shell_.runs.size(), before + 1);
  shell_.end(before, ports::CommandEnd(ports::Lost{"no answer"}));
  EXPECT_EQ(system.find_host("lab1")->state, HostState::kOff);
  loop.pass(kSilence);
  ASSERT_EQ(shell_.runs.size(), before + 2);
  shell_.end(before + 1, ports::CommandEnd(ports::Exited{0, {}, {}}));
  loop.turn();
  EXPECT_EQ(system.find_host("lab1")->state, HostState::kUp);
  EXPECT_THAT(raised(), ElementsAre("host_up lab1"));
  loop.pass(kSilence);
  EXPECT_EQ(shell_.open(), 2u) << "only what it asks of its capacity";
}

TEST_F(HostWatchTest, OneThatIsOffAndSilentIsNotAsked) {
  watch();
  is("lab1", HostHealth::kUp);
  was("lab1", HostState::kOff);
  watch_->look();
  is("lab1", HostHealth::kDown);
  const size_t before = shell_.runs.size();
  loop.pass(kSilence);
  EXPECT_EQ(shell_.runs.size(), before);
}

TEST_F(HostWatchTest, TellsWhatItHasFoundAndNoMore) {
  watch();
  is("lab1", HostHealth::kUp);
  EXPECT_EQ(last_told(), (system::HostChanged{.host = "lab1", .state = HostState::kUp}));
  shell_.end(0, ports::CommandEnd(ports::Exited{0, "4\n8192\n", {}}));
  EXPECT_EQ(last_told(),
            (system::HostChanged{
                .host = "lab1", .state = HostState::kUp, .cpus = 4, .memory = model::Size{8192 * 1024}}));
}

// A manager of machines that are hosts, once they are started.
struct Machines {
  static model::Project project_of_them() {
    return attune::testing::ProjectBuilder()
        .family("lab", {"lab1"})
        .component("vm", "lab")
        .attribute("address", model::Type::kString, model::Value(std::string("10.0.0.9")))
        .component("guest", "vm")
        .build();
  }
  void apply(const system::Change& change) {
    const auto applied = system.apply(change);
    ASSERT_TRUE(applied) << applied.error().message;
  }

  const model::Project project = project_of_them();
  system::System system{project};
  workflow::Engine engine{project, system};
  HandStore store;
  test::HandLoop loop;
  KeptLog log;
  Driver driver{engine, store, loop, loop};
  Intake intake{project, engine, driver, loop, log};
  wrappers::HandShell shell{loop};
  std::vector<std::string> let_go;
  HostWatch watch{{system, engine, driver, intake, shell, log, loop},
                  std::chrono::seconds(15),
                  {{}, [this](const std::string& host) { let_go.push_back(host); }}};
};

TEST(HostWatchOfMachines, ThoseThatAreGoneLeaveNothing) {
  Machines m;
  const size_t left = test::heap_left_by_ten_thousand([&] {
    const system::ComponentId vm = m.system.next_id();
    m.apply(system::ComponentCreated{vm, "vm", "vm", m.system.next_number("vm")});
    m.apply(system::LifecycleChanged{vm, system::Lifecycle::kStarted});
    m.watch.look();
    EXPECT_EQ(m.shell.watched.count("vm"), 1u);
    m.apply(system::ComponentRemoved{vm});
    m.watch.look();
    EXPECT_EQ(m.shell.watched.count("vm"), 0u);
    EXPECT_THAT(std::exchange(m.let_go, {}), ElementsAre("vm"));
  });
  EXPECT_LT(left, test::kLittle);
}

}  // namespace
}  // namespace attune::main
