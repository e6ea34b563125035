// SPDX-License-Identifier: Apache-2.0
// Events about sites and about hosts that are empty.
#include <fmt/format.h>

#include "tests/workflow/facts.h"

namespace attune::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using std::chrono_literals::operator""s;

constexpr char kSites[] = R"(=== deployment.mmd
classDiagram
  class north {
    <<site>>
    +host_price: Float = 0.5
    +bandwidth_mbit: Float = 10000
  }
  class south {
    <<site>>
    +vm_price: Float = 0.1
    +bandwidth_mbit: Float = 1000
  }
  class lab {
    <<host-family>>
    +nodefile: String = "lab.nodes"
  }
  class app {
    +wrapper: String = "app.xml"
    +host-family: String = "lab"
    +initial: Integer = 2
    +max: Integer = 4
    +memory: Size = 400MiB
  }
  north -- south : 20ms 100Mbit
=== lab.nodes
n1 memory=1GiB site=north price=0.25
n2 memory=1GiB site=north
s1 memory=1GiB site=south
=== wrappers/app.xml
<wrapper name="app">
  <event name="slow"/>
  <method name="start" key="Script" method="run"/>
  <method name="stop" key="Script" method="run"/>
</wrapper>
)";

class PlacesTest : public ::testing::Test {
 protected:
  void diagram(const std::string& event, const std::string& actions, const std::string& settings = {}) {
    files_ += "=== diagrams/" + event + ".mmd\n" + settings + "stateDiagram-v2\n  [*] --> a\n" + actions +
              "\n  a --> [*]\n";
  }
  ScriptedWorld& begun() {
    world_ = std::make_unique<ScriptedWorld>(files_);
    world_->begin();
    world_->suppressed(), world_->alerts(), world_->ends(), world_->choices();
    return *world_;
  }
  double host_price() const { return world_->system->find_site("north")->host_price; }
  void is_now(const std::string& host, system::HostState state,
              system::Maintenance maintenance = system::Maintenance::kAsBefore) {
    world_->observed(system::HostChanged{.host = host, .state = state, .maintenance = maintenance});
    world_->pass(0s);
  }
  // So that it can be given another host.
  void rest(const std::string& component) {
    EXPECT_EQ(world_->by_hand(component, "stop"), "");
    EXPECT_EQ(world_->undeploy(component), "");
  }
  std::string move(const std::string& component, const std::string& host) {
    return world_->change(system::HostAssigned{world_->system->find(component)->id, host});
  }
  // What the journal keeps of the records since `from`.
  std::vector<std::string> kinds(size_t from) const {
    std::vector<std::string> all;
    for (size_t i = from; i < world_->journal.size(); ++i) {
      const auto& what = world_->journal[i].what;
      if (const auto* event = std::get_if<EventAccepted>(&what)) all.push_back("event " + event->name);
      if (const auto* changed = std::get_if<SystemChanged>(&what)) {
        const auto* told = std::get_if<system::PropertyChanged>(&changed->change);
        if (told != nullptr)
          all.push_back(fmt::format("{}.{} = {} by {}", told->of, told->property, told->value, changed->by));
      }
      if (const auto* run = std::get_if<RunStarted>(&what)) all.push_back("run " + run->diagram);
    }
    return all;
  }

  std::string files_ = kSites;
  std::unique_ptr<ScriptedWorld> world_;
};

// --- what is told ---

TEST_F(PlacesTest, WhatIsToldHoldsBeforeTheDiagramAnswersIt) {
  diagram("price_changed", "  a : alert(event.component + \" \" + event.host_price)");
  ScriptedWorld& w = begun();
  const size_t from = w.journal.size();
  EXPECT_EQ(w.send("price_changed north host_price=0.75"), "");
  EXPECT_EQ(host_price(), 0.75);
  EXPECT_THAT(w.alerts(), ElementsAre("north 0.75"));
  ASSERT_EQ(kinds(from).size(), 3u);
  EXPECT_THAT(kinds(from)[0], HasSubstr("north.host_price = 0.75 by "));
  EXPECT_EQ(kinds(from)[1], "event price_changed");
  EXPECT_EQ(kinds(from)[2], "run price_changed");
}

TEST_F(PlacesTest, WhatIsToldIsTakenAlsoWhereNoDiagramAnswersIt) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("capacity_changed n1 cpus=3 core_speed=1.5 available_until=2026-12-31T18:00:00Z"), "");
  const system::Host& host = *w.system->find_host("n1");
  EXPECT_EQ(host.cpus, 3u);
  EXPECT_EQ(host.terms.core_speed, 1.5);
  EXPECT_TRUE(host.terms.available_until);
  EXPECT_EQ(w.send("capacity_changed south to=north latency=5ms bandwidth_mbit=10"), "");
  EXPECT_EQ(w.system->link_between("north", "south")->bandwidth_mbit, 10);
  EXPECT_THAT(w.suppressed(), IsEmpty());
}

TEST_F(PlacesTest, OfAnEventWithABadValueNothingIsTaken) {
  ScriptedWorld& w = begun();
  EXPECT_THAT(w.send("price_changed north vm_price=1 host_price=-1"), HasSubstr("host_price cannot be -1"));
  EXPECT_EQ(w.system->find_site("north")->vm_price, 0);
  EXPECT_EQ(w.send("price_changed east host_price=1"), "no site and no host 'east'");
  EXPECT_THAT(w.send("price_changed n1 host_price=1"), HasSubstr("a host has no 'host_price'"));
  EXPECT_THAT(w.send("price_changed north cpus=1"), HasSubstr("not of 'cpus'"));
  EXPECT_THAT(w.send("price_changed north"), HasSubstr("tells nothing"));
  EXPECT_THAT(w.send("price_changed north host_price=cheap"), HasSubstr("'cheap' is not a Float"));
}

// A script whose variable is not set would change the site's own latency, for good.
TEST_F(PlacesTest, ALinkToNoSiteIsNotTheSiteItself) {
  diagram("slow", "  a : emit(capacity_changed, \"north\", to = \"\", latency = 7ms)");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("capacity_changed north to= latency=5ms"),
            "'to' is empty: name the other site of the link, or leave it out to tell of north itself");
  EXPECT_EQ(w.send("slow app1"), "");
  EXPECT_EQ(w.system->find_site("north")->latency, Duration{});
  EXPECT_EQ(w.system->link_between("north", "south")->latency, Duration(20'000'000));
}

TEST_F(PlacesTest, ThatOutlivesTheManager) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("price_changed north host_price=0.75"), "");
  w.die();
  w.begin();
  EXPECT_EQ(host_price(), 0.75);
}

TEST_F(PlacesTest, ExpressionsReadWhatWasTold) {
  diagram("slow", "  a : alert(this.host.site + \" \" + this.host.price)");
  ScriptedWorld& w = begun();
  const std::string host = w.host_of("app1");
  EXPECT_EQ(w.send("price_changed " + host + " price=1.5"), "");
  EXPECT_EQ(w.send("slow app1"), "");
  EXPECT_THAT(w.alerts(), ElementsAre("north 1.5"));
}

TEST_F(PlacesTest, ADiagramMayTellIt) {
  diagram("slow", "  a : emit(price_changed, \"north\", host_price = this.host.price + 2)");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("slow app1"), "");
  w.pass(0s);
  EXPECT_EQ(host_price(), 2 + w.system->find_host(w.host_of("app1"))->terms.price);
}

TEST_F(PlacesTest, EachSiteHasACooldownOfItsOwn) {
  diagram("price_changed", "  a : alert(event.component)", "---\nattune:\n  cooldown: 1min\n---\n");
  ScriptedWorld& w = begun();
  w.send("price_changed north host_price=1"), w.send("price_changed south host_price=1");
  w.send("price_changed north host_price=2");
  EXPECT_THAT(w.alerts(), ElementsAre("north", "south"));
  EXPECT_EQ(host_price(), 2);
  EXPECT_THAT(w.suppressed(), ElementsAre("price_changed north: cooldown until 12:01:00"));
  w.die();
  w.begin();
  w.suppressed();
  w.send("price_changed north host_price=3");
  EXPECT_THAT(w.suppressed(), ElementsAre("price_changed north: cooldown until 12:01:00"));
}

TEST_F(PlacesTest, AnOverloadIsALevelOfItsSite) {
  diagram("overload_site", "  a : alert(event.component + \" \" + event.load)",
          "---\nattune:\n  hold: 30s\n---\n");
  ScriptedWorld& w = begun();
  w.send("overload_site north load=90%");
  w.pass(20s);
  w.send("overload_site north load=40% cleared=true");
  w.pass(60s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.send("overload_site north load=95%");
  w.pass(30s);
  EXPECT_THAT(w.alerts(), ElementsAre("north 95%"));
}

// --- empty hosts ---

TEST_F(PlacesTest, AHostThatTheLastComponentHasLeftIsEmpty) {
  diagram("host_empty", "  a : alert(event.host)");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.host_of("app1"), "n1");
  rest("app1");
  EXPECT_THAT(w.alerts(), IsEmpty());
  EXPECT_EQ(move("app1", "s1"), "");
  w.pass(0s);
  EXPECT_THAT(w.alerts(), ElementsAre("n1"));
  EXPECT_EQ(w.remove("app1"), "");
  w.pass(0s);
  EXPECT_THAT(w.alerts(), ElementsAre("s1"));
}

TEST_F(PlacesTest, AHostThatAnswersWithNothingIsEmptyAndThatIsToldAnewByTheNextManager) {
  diagram("host_empty", "  a : alert(event.host)");
  ScriptedWorld& w = begun();
  for (const char* host : {"n1", "n2", "s1"}) is_now(host, system::HostState::kUp);
  EXPECT_THAT(w.alerts(), ElementsAre("s1"));
  is_now("s1", system::HostState::kUp);
  EXPECT_THAT(w.alerts(), IsEmpty());
  w.die();
  w.begin();
  w.pass(0s);
  EXPECT_THAT(w.alerts(), ElementsAre("s1"));
}

TEST_F(PlacesTest, AHostIsEmptyOnceNothingIsLeftThereEither) {
  diagram("host_empty", "  a : alert(event.host)");
  ScriptedWorld& w = begun();
  rest("app1");
  is_now("n1", system::HostState::kDown);
  EXPECT_EQ(move("app1", "s1"), "");
  w.pass(0s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  is_now("n1", system::HostState::kUp);
  EXPECT_THAT(w.alerts(), IsEmpty()) << "what was left there may still run";
  w.observed(system::LeftNothing{w.system->find("app1")->id, "n1"});
  w.pass(0s);
  EXPECT_THAT(w.alerts(), ElementsAre("n1"));
}

TEST_F(PlacesTest, AHostInMaintenanceIsToldEmptyWhenThatIsOver) {
  diagram("host_empty", "  a : alert(event.host)");
  ScriptedWorld& w = begun();
  rest("app1");
  is_now("n1", system::HostState::kUp, system::Maintenance::kBegun);
  EXPECT_EQ(move("app1", "s1"), "");
  w.pass(0s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  is_now("n1", system::HostState::kUp, system::Maintenance::kEnded);
  EXPECT_THAT(w.alerts(), ElementsAre("n1"));
}

TEST_F(PlacesTest, AnOverloadIsOfSitesOnly) {
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("overload_site n1 load=90%"), "n1 is a host, and overload_site is about sites");
  EXPECT_EQ(w.send("overload_site east load=90%"), "no site 'east'");
}

TEST_F(PlacesTest, AHostIsAnsweredForIfItIsStillEmptyAfterTheHold) {
  diagram("host_empty", "  a : alert(event.host)", "---\nattune:\n  hold: 5min\n---\n");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.remove("app1"), "");
  w.pass(200s);
  EXPECT_EQ(w.create("app"), "");
  EXPECT_EQ(w.host_of("app3"), "n1");
  w.pass(600s);
  EXPECT_THAT(w.alerts(), IsEmpty());
  EXPECT_EQ(w.remove("app3"), "");
  w.pass(300s);
  EXPECT_THAT(w.alerts(), ElementsAre("n1"));
}

// --- policies ---

TEST_F(PlacesTest, PoliciesSayTheirFigures) {
  diagram("slow",
          "  a : x = lab.cheapest(free_memory >= this.memory)\n"
          "  a : y = lab.consolidate(name != this.host.name)\n"
          "  a : z = lab.closest_to(app.oldest, name != this.host.name)");
  ScriptedWorld& w = begun();
  EXPECT_EQ(w.send("slow app2"), "");
  const auto told = w.choices();
  ASSERT_EQ(told.size(), 3u);
  EXPECT_THAT(told[0], HasSubstr("x = n1: n1: 0 an hour, the least of 3 that fit"));
  EXPECT_THAT(told[1], HasSubstr("y = n1: n1: 1 component, 624MiB free, the fullest of 2 that fit"));
  EXPECT_THAT(told[2], HasSubstr("z = n1: n1: it is n1 itself, the closest of 2 that fit"));
}

}  // namespace
}  // namespace attune::workflow
