// SPDX-License-Identifier: Apache-2.0
// A host in maintenance: what leaves it, what stays, and what is no longer placed there.
#include <fmt/format.h>

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using system::HostState;
using system::Maintenance;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MaintenanceTest : public WorkflowTest {
 protected:
  std::string maintain(const std::string& host, Maintenance what = Maintenance::kBegun) {
    return world().change(system::HostChanged{.host = host, .maintenance = what});
  }
  // The machine's migration works, to whichever host it is asked for.
  void lets_migrate(const std::string& vm, const std::string& to) {
    const system::ComponentId id = world().system->find(vm)->id;
    world().script(vm + ".migrate", CallExited{0, "moved", {system::HostAssigned{id, to}}});
  }
  std::string another_than(const std::string& host) { return host == "lab3" ? "lab2" : "lab3"; }
  // All other hosts are busier than `free`.
  void leaves_only(const std::string& free) {
    for (const std::string host : {"lab1", "lab2", "lab3"}) world().measured(host, host == free ? 1 : 90);
  }
  // What is there, by name.
  std::string on(const std::string& host) {
    std::string names;
    for (const system::Component* one : world().system->components_on(*world().system->find_host(host)))
      names += (names.empty() ? "" : " ") + one->name;
    return names;
  }
};

TEST_F(MaintenanceTest, MachinesMigrateAndTheRestIsStartedElsewhere) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = another_than(host);
  leaves_only(other);
  lets_migrate("vm1", other);
  EXPECT_EQ(maintain(host), "");
  EXPECT_EQ(on(host), "");
  EXPECT_EQ(w.host_of("vm1"), other);
  EXPECT_THAT(w.calls(), HasSubstr("vm1.migrate(vm1," + other + ")"));
  for (const std::string& end : w.ends())
    EXPECT_THAT(end, AllOf(HasSubstr("maintenance "), HasSubstr(" done")));
}

TEST_F(MaintenanceTest, WhatIsNoMachineIsStoppedMovedAndStarted) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("store"), other = another_than(host);
  leaves_only(other);
  w.script("*.migrate", exits(1, "no"));
  maintain(host);
  EXPECT_EQ(w.host_of("store"), other);
  EXPECT_EQ(w.state_of("store"), "started");
  EXPECT_THAT(w.calls(), AllOf(HasSubstr("store.stop"), HasSubstr("store.undeploy"),
                               HasSubstr("store.deploy"), HasSubstr("store.start")));
  EXPECT_THAT(w.choices(), Contains(HasSubstr("store.host = " + other)));
}

TEST_F(MaintenanceTest, WhatCannotGoStaysAndSaysWhy) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1");
  w.script("vm1.migrate", exits(1, "no route"));
  maintain(host);
  EXPECT_EQ(w.host_of("vm1"), host);
  EXPECT_THAT(w.ends(), Contains(HasSubstr("maintenance vm1 failed: vm1.migrate exited with 1: no route")));
  EXPECT_EQ(on(host), "vm1") << "nothing else is kept by it";
}

TEST_F(MaintenanceTest, WhereNoOtherHostFitsItStays) {
  ScriptedWorld& w = begun();
  for (const std::string host : {"lab1", "lab2", "lab3"})
    if (host != w.host_of("store")) w.observed(system::HostChanged{.host = host, .state = HostState::kDown});
  const std::string host = w.host_of("store");
  maintain(host);
  EXPECT_EQ(w.state_of("store"), "started");
  EXPECT_THAT(w.ends(), Contains(HasSubstr("maintenance store failed: store stays on " + host +
                                           ": no host of 'lab' fits; not lab")));
}

TEST_F(MaintenanceTest, PoliciesPlaceNothingThere) {
  diagram("overload", "[*] --> a\na : target = lab.least_loaded(load < 50%)\na --> [*]");
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  leaves_only("lab2");
  maintain("lab2");
  forget();
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.choices(),
              ElementsAre(AllOf(HasSubstr("target = none"), HasSubstr("not lab2: it is in maintenance"))));
  EXPECT_EQ(maintain("lab2", Maintenance::kEnded), "");
  w.send("overload app1 load=90%");
  EXPECT_THAT(w.choices(), ElementsAre(HasSubstr("target = lab2")));
}

TEST_F(MaintenanceTest, NewInstancesArePlacedElsewhere) {
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  maintain("lab1");
  maintain("lab2");
  EXPECT_EQ(w.create("app"), "");
  EXPECT_EQ(w.host_of("app3"), "lab3");
}

TEST_F(MaintenanceTest, NorDoesAPersonByMistake) {
  ScriptedWorld& w = begun();
  const std::string host = another_than(w.host_of("app1"));
  w.script("*.migrate", exits(1, "no"));
  maintain(host);
  w.undeploy("app1");
  EXPECT_THAT(w.change(system::HostAssigned{w.system->find("app1")->id, host}),
              HasSubstr(host + " is in maintenance: take another host, or end that"));
}

TEST_F(MaintenanceTest, WhatIsInUseGoesWhenItsRunHasEnded) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("app1");
  w.script("*.migrate", exits(1, "no"));
  w.hold("app1.reload");
  w.by_hand("app1", "reload");
  maintain(host);
  EXPECT_EQ(w.host_of("app1"), host);
  w.end("app1.reload");
  EXPECT_NE(w.host_of("app1"), host);
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(MaintenanceTest, WhenItEndsNobodyWaitsToGo) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("app1");
  w.script("*.migrate", exits(1, "no"));
  w.hold("app1.reload");
  w.by_hand("app1", "reload");
  maintain(host);
  forget();
  maintain(host, Maintenance::kEnded);
  EXPECT_THAT(w.ends(), ElementsAre("maintenance app1 cancelled: the maintenance has ended"));
  w.end("app1.reload");
  EXPECT_EQ(w.host_of("app1"), host);
}

TEST_F(MaintenanceTest, CancelledItIsAsItWas) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("store");
  w.script("*.migrate", exits(1, "no"));
  w.hold("store.start");
  maintain(host);
  EXPECT_NE(w.host_of("store"), host);
  w.go_on("store.start");
  RunId emptying = 0;
  for (const RunView& run : w.engine->runs())
    if (run.subject == "store") emptying = run.id;
  EXPECT_EQ(w.cancel(emptying), "");
  EXPECT_EQ(w.host_of("store"), host);
  EXPECT_EQ(w.state_of("store"), "started");
}

TEST_F(MaintenanceTest, AskedForOnceMoreWhatIsLeftIsTriedAgain) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = another_than(host);
  w.script("vm1.migrate", exits(1, "no route"));
  maintain(host);
  leaves_only(other);
  lets_migrate("vm1", other);
  EXPECT_EQ(maintain(host), "");
  EXPECT_EQ(on(host), "");
}

TEST_F(MaintenanceTest, AnEmptyHostThatIsDownIsNoAlarm) {
  diagram("host_down", "[*] --> a\na : alert(event.host)\na --> [*]");
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = another_than(host);
  leaves_only(other);
  lets_migrate("vm1", other);
  maintain(host);
  forget();
  w.send("host_down " + host);
  EXPECT_THAT(w.alerts(), IsEmpty());
  EXPECT_THAT(w.suppressed(),
              ElementsAre("host_down " + host + ": it is in maintenance, and nothing is there"));
  w.send("host_down " + other);
  EXPECT_THAT(w.alerts(), ElementsAre(other));
}

TEST_F(MaintenanceTest, AHostThatWasChosenBeforeTakesNothingAnyMore) {
  diagram(
      "cpu_high",
      "[*] --> a\na : target = lab.any(name == \"lab1\")\na : this.probe.stop()\na : this.migrate(target)\n"
      "a --> [*]",
      {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("probe1.stop");
  w.send("cpu_high vm1");
  maintain("lab1");
  w.end("probe1.stop");
  EXPECT_THAT(w.ends(),
              Contains(HasSubstr("lab1 is in maintenance, and takes vm1 only when that has ended")));
  EXPECT_THAT(w.calls(), Not(HasSubstr("vm1.migrate")));
}

TEST_F(MaintenanceTest, NorByAnotherOfTheWrappersMigrations) {
  diagram("cpu_high",
          "[*] --> a\na : target = lab.any(name == \"lab1\")\na : this.probe.stop()\na : this.carry(target)\n"
          "a --> [*]",
          {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("probe1.stop");
  w.send("cpu_high vm1");
  maintain("lab1");
  w.end("probe1.stop");
  EXPECT_THAT(w.ends(),
              Contains(HasSubstr("lab1 is in maintenance, and takes vm1 only when that has ended")));
  EXPECT_THAT(w.calls(), Not(HasSubstr("vm1.carry")));
}

TEST_F(MaintenanceTest, NorDoesOneThatNoPolicyChose) {
  diagram("noise", "[*] --> a\na : this.stop()\na : this.host = this.data.host\na --> [*]", {"on: app"});
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  w.script("store.stop", exits(1, "busy"));
  const std::string host = w.host_of("store");
  maintain(host);
  const std::string app = w.host_of("app1") == host ? "app2" : "app1";
  forget();
  w.send("noise " + app);
  EXPECT_THAT(w.ends(), ElementsAre(HasSubstr(host + " is in maintenance, and takes " + app)));
}

TEST_F(MaintenanceTest, WhatWasOnItsWayWhenItBeganGoesOn) {
  diagram("cpu_high", "[*] --> a\na : this.migrate(lab.any(name == \"lab1\"))\na --> [*]", {"on: vm"});
  ScriptedWorld& w = begun();
  w.hold("vm1.migrate");
  w.send("cpu_high vm1");
  maintain("lab1");
  leaves_only("lab3");
  w.go_on("vm1.migrate");
  lets_migrate("vm1", "lab3");
  w.end("vm1.migrate", CallExited{0, {}, {system::HostAssigned{w.system->find("vm1")->id, "lab1"}}});
  EXPECT_EQ(w.host_of("vm1"), "lab3");
  EXPECT_THAT(w.ends(), Contains("maintenance vm1 done"));
}

TEST_F(MaintenanceTest, WhatIsPutBackThereGoesOnElsewhere) {
  diagram(
      "noise",
      "[*] --> a\na : this.stop()\na : this.host = lab.any(name == \"lab1\")\na : this.check()\na --> [*]",
      {"on: app"});
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  const std::string host = w.host_of("app1"), other = another_than(host);
  w.hold("app1.check");
  w.send("noise app1");
  EXPECT_EQ(w.host_of("app1"), "lab1");
  maintain(host);
  leaves_only(other);
  w.end("app1.check", exits(1, "no"));
  EXPECT_EQ(w.host_of("app1"), other);
  EXPECT_EQ(w.state_of("app1"), "started");
}

TEST_F(MaintenanceTest, WhatLeavesOneHostForAnotherThatIsEmptiedTooGoesOn) {
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("vm1"), other = another_than(host);
  w.script("*.migrate", exits(1, "no"));
  w.hold("vm1.migrate");
  leaves_only(other);
  maintain(host);
  maintain(other);
  leaves_only("lab1");
  w.go_on("vm1.migrate");
  lets_migrate("vm1", "lab1");
  w.end("vm1.migrate", CallExited{0, {}, {system::HostAssigned{w.system->find("vm1")->id, other}}});
  EXPECT_EQ(w.host_of("vm1"), "lab1");
}

TEST_F(MaintenanceTest, WhatAnInterruptedRunPutsBackThereLeavesAllTheSame) {
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  const std::string host = w.host_of("store");
  w.hold("store.start");
  maintain(host);
  w.die();
  w.go_on("store.start");
  w.begin();
  EXPECT_NE(w.host_of("store"), host);
  EXPECT_EQ(w.state_of("store"), "started");
}

TEST_F(MaintenanceTest, ItOutlivesTheManager) {
  ScriptedWorld& w = begun();
  w.script("*.migrate", exits(1, "no"));
  maintain("lab1");
  w.die();
  w.begin();
  EXPECT_TRUE(w.system->find_host("lab1")->in_maintenance);
  w.observed(system::HostChanged{.host = "lab1", .state = HostState::kUp});
  EXPECT_TRUE(w.system->find_host("lab1")->in_maintenance) << "that it answers ends nothing";
  maintain("lab1", Maintenance::kEnded);
  w.die();
  w.begin();
  EXPECT_FALSE(w.system->find_host("lab1")->in_maintenance);
}

TEST_F(MaintenanceTest, IsOfHostsOnly) {
  begun();
  EXPECT_EQ(maintain("lab9"), "there is no host 'lab9': see `attune status`");
}

}  // namespace
}  // namespace attune::workflow
