// SPDX-License-Identifier: Apache-2.0
// What is kept of components, hosts and runs goes with them: after ten thousand of each the engine, and the
// history that the next one begins with, hold no more than before.
#include <deque>

#include "runtime/workflow/checkpoint.h"
#include "tests/support/heap.h"
#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using std::chrono_literals::operator""s;
using system::Lifecycle;
using ::testing::IsEmpty;
using ::testing::Lt;

// The engine alone: what it decides is carried out at once, and nobody keeps its records.
class Manager {
 public:
  Manager(const model::Project& project, const model::Instances& instances)
      : system(project), engine(project, system), history_(before_of(project)) {
    now_.steady = Instant(std::chrono::hours(1));
    now_.wall = WallTime(std::chrono::hours(12));
    system::System none(project);
    take(engine.started("1.0", History(none), now_));
    take(*engine.begin(instances, now_));
  }

  void send(const std::string& name, const std::string& component,
            std::vector<std::pair<std::string, std::string>> values = {}) {
    take(*engine.accept({name, component, std::move(values), "test", now_.steady}, now_));
  }
  void take(Effects effects) {
    std::deque<Effects> all{std::move(effects)};
    for (; !all.empty(); all.pop_front()) {
      for (const Record& record : all.front().records) EXPECT_TRUE(history_.add(record));
      for (const Call& call : std::vector(all.front().calls))
        all.push_back(engine.ended(call.id, exits(0), now_));
    }
  }
  void pass(Duration time) {
    now_.steady += time;
    now_.wall += std::chrono::duration_cast<std::chrono::microseconds>(time);
    take(engine.tick(now_));
  }
  const Now& now() const { return now_; }
  const History& history() const { return history_; }

  system::System system;
  Engine engine;

 private:
  system::System& before_of(const model::Project& project) { return before_.emplace(project); }

  std::optional<system::System> before_;
  History history_;
  Now now_;
};

class ForgettingTest : public WorkflowTest {
 protected:
  ForgettingTest() {
    diagram(
        "overload", "[*] --> a\na : this.reload()\na --> [*]",
        {"hold: 2s", "release: 1s", "cooldown: 1min", "ensure: this.port > 9000", "within: 30s", "tries: 2"});
    diagram("tired", "[*] --> a\na : this.reload()\na --> [*]", {"tries: 1", "ensure: this.port > 9000"});
    diagram("swap", "[*] --> a\na : wait(1min)\na --> [*]");
    diagram("component_failed", "[*] --> a\na : this.start()\na --> [*]", {"on: app", "cooldown: 1min"});
  }
  Manager& manager() {
    if (!manager_) manager_.emplace(world().loaded.project, world().loaded.instances);
    return *manager_;
  }
  // One more comes, much happens to it, and it goes.
  void comes_and_goes() {
    Manager& m = manager();
    m.take(*m.engine.create("app", "tester", m.now()));
    const system::Component& app = *m.system.instances("app").back();
    const std::string name = app.name;
    m.send("overload", name, {{"load", "90%"}});
    m.pass(3s);
    for (const char* event : {"overload", "tired", "tired", "swap", "swap", "noise"}) m.send(event, name);
    m.take(*m.engine.set_mode(Mode::kRecommend, name, "tester", m.now()));
    m.send("tired", name);
    m.take(m.engine.observed(system::LifecycleChanged{app.id, Lifecycle::kStopped}, "adoption", m.now()));
    m.send("component_failed", name);
    m.send("component_failed", name);
    m.send("overload", name, {{"cleared", "true"}});
    m.take(*m.engine.remove(name, "tester", m.now()));
    m.pass(120s);
    ASSERT_EQ(m.system.find(name), nullptr);
  }

 private:
  std::optional<Manager> manager_;
};

TEST_F(ForgettingTest, ComponentsThatAreGoneLeaveNothing) {
  comes_and_goes();
  EXPECT_THAT(test::heap_left_by_ten_thousand([&] { comes_and_goes(); }), Lt(test::kLittle));
  EXPECT_THAT(manager().engine.runs(), IsEmpty());
  EXPECT_THAT(manager().engine.switched_off(), IsEmpty());
  EXPECT_THAT(manager().engine.modes().components(), IsEmpty());
}

TEST_F(ForgettingTest, AHistoryKeepsNothingOfThem) {
  for (int i = 0; i < 100; ++i) comes_and_goes();
  const History& history = manager().history();
  EXPECT_THAT(history.open_runs(), IsEmpty());
  EXPECT_THAT(history.open_calls(), IsEmpty());
  EXPECT_THAT(history.trials().all(), IsEmpty());
  EXPECT_THAT(history.modes().components(), IsEmpty());
  EXPECT_THAT(history.own_stops().all(), IsEmpty());
  EXPECT_THAT(history.ends(), IsEmpty());
  EXPECT_THAT(history.lately().resized.size(), Lt(5u));
  EXPECT_THAT(history.checkpoint().ends, IsEmpty());
}

// --- machines that are hosts ---

constexpr char kGuests[] = R"(=== deployment.mmd
classDiagram
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class vm {
    +wrapper: String = "vm.xml"
    host-family: String = "lab"
    +initial: Integer = 1
    +max: Integer = 3
    +memory: Size = 400MiB
  }
  class guest {
    +wrapper: String = "vm.xml"
    host-family: String = "vm"
    +initial: Integer = 1
    +max: Integer = 3
    +memory: Size = 100MiB
  }
=== lab.nodes
lab1 memory=8GiB
=== wrappers/vm.xml
<wrapper name="vm">
  <method name="start" key="VM" method="start"><param value="$this.srname"/></method>
  <method name="stop" key="VM" method="stop"><param value="$this.srname"/></method>
</wrapper>
=== diagrams/host_down.mmd
---
attune:
  cooldown: 1min
---
stateDiagram-v2
[*] --> a
a : alert(event.host)
a --> [*]
)";

TEST(ForgettingHosts, MachinesThatWereHostsLeaveNothing) {
  const ScriptedWorld world(kGuests);
  Manager m(world.loaded.project, world.loaded.instances);
  const auto comes_and_goes = [&] {
    m.take(*m.engine.create("vm", "tester", m.now()));
    const std::string name = m.system.instances("vm").back()->name;
    for (int i = 0; i < 2; ++i) {
      m.take(m.engine.observed(system::HostChanged{.host = name, .state = system::HostState::kDown}, "attune",
                               m.now()));
      m.send("host_down", name);
    }
    m.take(*m.engine.remove(name, "tester", m.now()));
    m.pass(11s);
  };
  EXPECT_THAT(test::heap_left_by_ten_thousand(comes_and_goes), Lt(test::kLittle));
  EXPECT_EQ(m.system.hosts().size(), 2u);
  EXPECT_THAT(m.history().ends(), IsEmpty());
}

}  // namespace
}  // namespace attune::workflow
