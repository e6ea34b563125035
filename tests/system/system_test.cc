// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/system/inverse.h"
#include "tests/support/heap.h"
#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two hosts; a VM with a probe inside; a balancer over up to two apps; a service inside the VM.
model::Project site() {
  return ProjectBuilder()
      .family("lab", {"lab1", "lab2"}, model::Size{1000})
      .component("vm", "lab")
      .memory(300)
      .attribute("address", model::Type::kString)
      .attribute("limit", model::Type::kPercent, model::Percent{80})
      .component("probe")
      .component("balancer", "lab")
      .component("app", "lab", 2)
      .max(3)
      .component("service", "vm")
      .contains("vm", "probe", "probe")
      .association("balancer", {1, 1}, {0, 2}, "app", "workers")
      .build();
}

class SystemTest : public ::testing::Test {
 protected:
  ComponentId make(const std::string& name, const std::string& of, ComponentId container = kNoComponent) {
    const ComponentId id = system.next_id();
    must(ComponentCreated{id, name, of, system.next_number(of), container});
    return id;
  }
  void must(const Change& change) {
    const auto applied = system.apply(change);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  std::string refusal(const Change& change) {
    const auto applied = system.apply(change);
    return applied ? "(not refused)" : applied.error().message;
  }

  model::Project project = site();
  System system{project};
};

TEST_F(SystemTest, HasTheFamiliesHostsFromTheStart) {
  ASSERT_EQ(system.hosts("lab").size(), 2u);
  EXPECT_EQ(system.find_host("lab2")->address, "lab2");
  EXPECT_EQ(system.find_host("lab3"), nullptr);
}

TEST_F(SystemTest, FindsAComponentByNameAndById) {
  const ComponentId id = make("app1", "app");
  EXPECT_EQ(system.find("app1"), system.find(id));
  EXPECT_EQ(system.find("app2"), nullptr);
}

TEST_F(SystemTest, RefusesAnUnknownClass) {
  EXPECT_EQ(refusal(ComponentCreated{0, "x", "nothing", 1, kNoComponent}), "no class 'nothing'");
}

TEST_F(SystemTest, RefusesANameThatIsTaken) {
  make("app1", "app");
  EXPECT_EQ(refusal(ComponentCreated{9, "app1", "app", 2, kNoComponent}),
            "a component 'app1' is there already");
}

TEST_F(SystemTest, NeverGivesANumberAgain) {
  const ComponentId first = make("app1", "app");
  must(ComponentRemoved{first});
  EXPECT_EQ(system.next_number("app"), 2u);
  EXPECT_THAT(refusal(ComponentCreated{9, "app1", "app", 1, kNoComponent}), HasSubstr("was given before"));
}

TEST_F(SystemTest, NeverGivesAnIdAgain) {
  const ComponentId first = make("app1", "app");
  must(ComponentRemoved{first});
  EXPECT_GT(system.next_id(), first);
  EXPECT_THAT(refusal(ComponentCreated{first, "app2", "app", 2, kNoComponent}),
              HasSubstr("was given before"));
}

TEST_F(SystemTest, RefusesMoreInstancesThanMax) {
  for (const char* name : {"app1", "app2", "app3"}) make(name, "app");
  EXPECT_EQ(refusal(ComponentCreated{9, "app4", "app", 4, kNoComponent}),
            "class 'app' has its max of 3 already");
}

TEST_F(SystemTest, AttributeIsTheClasssUntilSet) {
  const ComponentId vm = make("vm", "vm");
  EXPECT_EQ(*system.attribute(*system.find(vm), "limit"), model::Value(model::Percent{80}));
  must(AttributeSet{vm, "limit", model::Percent{50}});
  EXPECT_EQ(*system.attribute(*system.find(vm), "limit"), model::Value(model::Percent{50}));
}

TEST_F(SystemTest, AnIntegerBecomesThePercentThatTheAttributeIs) {
  const ComponentId vm = make("vm", "vm");
  must(AttributeSet{vm, "limit", int64_t{70}});
  EXPECT_EQ(*system.attribute(*system.find(vm), "limit"), model::Value(model::Percent{70}));
}

TEST_F(SystemTest, RefusesAValueOfAnotherType) {
  const ComponentId vm = make("vm", "vm");
  EXPECT_EQ(refusal(AttributeSet{vm, "limit", std::string("high")}), "vm.limit is a Percent, not a String");
}

TEST_F(SystemTest, AnAttributeWithoutAValueSaysSo) {
  const ComponentId vm = make("vm", "vm");
  EXPECT_EQ(system.attribute(*system.find(vm), "address").error().message,
            "vm.address has no value yet; set it first");
}

TEST_F(SystemTest, ContentsShareTheirContainersHost) {
  const ComponentId vm = make("vm", "vm");
  const ComponentId probe = make("probe", "probe", vm);
  must(HostAssigned{vm, "lab2"});
  EXPECT_EQ(system.host_of(*system.find(probe))->name, "lab2");
  EXPECT_EQ(refusal(HostAssigned{probe, "lab1"}),
            "probe is a content of vm and shares its host; move that one");
}

TEST_F(SystemTest, FreeMemoryFollowsWhatIsPlacedThere) {
  const ComponentId vm = make("vm", "vm");
  const Host& lab1 = *system.find_host("lab1");
  must(HostAssigned{vm, "lab1"});
  EXPECT_EQ(system.free_memory(lab1)->bytes, 700);
  must(AttributeSet{vm, "memory", model::Size{500}});
  EXPECT_EQ(system.free_memory(lab1)->bytes, 500);
  must(HostAssigned{vm, "lab2"});
  EXPECT_EQ(system.free_memory(lab1)->bytes, 1000);
  EXPECT_EQ(system.free_memory(*system.find_host("lab2"))->bytes, 500);
}

TEST_F(SystemTest, AVmThatHostsOthersIsAHostWithItsAddress) {
  const ComponentId vm = make("vm", "vm");
  const ComponentId service = make("service", "service");
  must(AttributeSet{vm, "address", std::string("10.0.0.9")});
  must(HostAssigned{service, "vm"});
  EXPECT_EQ(system.host_of(*system.find(service))->address, "10.0.0.9");
  EXPECT_EQ(system.hosts("vm").size(), 1u);
  EXPECT_THAT(refusal(ComponentRemoved{vm}), HasSubstr("components still live inside vm"));
}

TEST_F(SystemTest, BindingsAreSeenFromBothEnds) {
  const ComponentId balancer = make("balancer", "balancer");
  const ComponentId app = make("app1", "app");
  must(Bound{balancer, "workers", app});
  EXPECT_EQ(system.along(*system.find(balancer), "workers")->front()->name, "app1");
  EXPECT_EQ(system.bound_to(*system.find(app)).front().first->name, "balancer");
  must(Unbound{balancer, "workers", app});
  EXPECT_TRUE(system.along(*system.find(balancer), "workers")->empty());
  EXPECT_TRUE(system.bound_to(*system.find(app)).empty());
}

TEST_F(SystemTest, RefusesABindingBeyondTheCardinality) {
  const ComponentId balancer = make("balancer", "balancer");
  for (const char* name : {"app1", "app2"}) must(Bound{balancer, "workers", make(name, "app")});
  EXPECT_EQ(refusal(Bound{balancer, "workers", make("app3", "app")}), "balancer.workers takes 2 at most");
}

TEST_F(SystemTest, RefusesABindingTwiceAndToAnotherClass) {
  const ComponentId balancer = make("balancer", "balancer");
  const ComponentId app = make("app1", "app");
  must(Bound{balancer, "workers", app});
  EXPECT_EQ(refusal(Bound{balancer, "workers", app}), "balancer.workers has app1 already");
  EXPECT_EQ(refusal(Bound{balancer, "workers", balancer}),
            "balancer.workers takes a 'app', and balancer is none");
  EXPECT_EQ(refusal(Bound{app, "workers", app}), "class 'app' of app1 has no role 'workers'");
}

TEST_F(SystemTest, RefusesToRemoveWhatIsStillBound) {
  const ComponentId balancer = make("balancer", "balancer");
  const ComponentId app = make("app1", "app");
  must(Bound{balancer, "workers", app});
  EXPECT_EQ(refusal(ComponentRemoved{app}), "app1 is still bound; unbind it first");
}

TEST_F(SystemTest, ARefusedChangeChangesNothing) {
  const ComponentId app = make("app1", "app");
  refusal(HostAssigned{app, "nowhere"});
  EXPECT_EQ(system.find(app)->host, kNoHost);
}

TEST_F(SystemTest, WhatLeavesAHostThatDoesNotAnswerMayHaveBeenLeftThere) {
  const ComponentId app = make("app1", "app");
  must(HostAssigned{app, "lab1"});
  must(HostAssigned{app, "lab2"});
  EXPECT_TRUE(system.find(app)->left_on.empty());
  must(HostChanged{"lab2", HostState::kDown, 0, {}, ""});
  must(HostAssigned{app, "lab1"});
  EXPECT_EQ(system.find(app)->left_on, std::vector<HostId>{system.find_host("lab2")->id});
  EXPECT_EQ(system.left_behind(), std::vector<const Component*>{system.find(app)});
  must(HostAssigned{app, "lab2"});
  EXPECT_TRUE(system.find(app)->left_on.empty());
  EXPECT_TRUE(system.left_behind().empty());
}

TEST_F(SystemTest, WhatIsKnownToHaveEndedThereWasNotLeft) {
  const ComponentId app = make("app1", "app");
  for (const char* host : {"lab1", "lab2"}) must(HostAssigned{app, host});
  must(HostChanged{"lab2", HostState::kDown, 0, {}, ""});
  must(HostAssigned{app, "lab1"});
  EXPECT_EQ(refusal(LeftNothing{app, "lab9"}), "no host 'lab9'");
  EXPECT_FALSE(is_so(system, LeftNothing{app, "lab2"}));
  must(LeftNothing{app, "lab2"});
  EXPECT_TRUE(is_so(system, LeftNothing{app, "lab2"}));
  EXPECT_TRUE(system.find(app)->left_on.empty());
  EXPECT_TRUE(system.left_behind().empty());
  EXPECT_EQ(system.find(app)->host, system.find_host("lab1")->id);
}

TEST_F(SystemTest, NothingIsLeftOnAMachineThatIsGone) {
  const ComponentId vm = make("vm", "vm"), service = make("service", "service");
  must(HostAssigned{service, "vm"});
  must(HostChanged{"vm", HostState::kDown, 0, {}, ""});
  must(HostAssigned{service, "lab1"});
  EXPECT_EQ(system.left_behind().size(), 1u);
  must(ComponentRemoved{vm});
  EXPECT_TRUE(system.find(service)->left_on.empty());
  EXPECT_TRUE(system.left_behind().empty());
}

TEST_F(SystemTest, MachinesAndComponentsThatAreGoneLeaveNothing) {
  const ComponentId stays = make("service", "service");
  const size_t left = test::heap_left_by_ten_thousand([&] {
    const ComponentId vm = make("vm", "vm"), probe = make("probe", "probe", vm);
    must(HostAssigned{vm, "lab1"});
    must(AttributeSet{vm, "limit", model::Percent{50}});
    must(HostAssigned{stays, "vm"});
    must(HostChanged{"vm", HostState::kDown, 0, {}, ""});
    must(HostAssigned{stays, "lab2"});
    must(ComponentRemoved{probe});
    must(ComponentRemoved{vm});
  });
  EXPECT_LT(left, test::kLittle);
  EXPECT_EQ(system.components().size(), 1u);
  EXPECT_EQ(system.hosts().size(), 2u);
}

TEST_F(SystemTest, RefusesANumberThatIsNoId) {
  EXPECT_EQ(refusal(ComponentCreated{kNoComponent, "app1", "app", 1, kNoComponent}), "4294967295 is no id");
}

class SecretSourcesTest : public SystemTest {
 protected:
  SecretSourcesTest() : SystemTest() {
    for (model::Class& of : project.classes)
      if (of.name == "app")
        of.attributes.push_back(
            {"key", model::Type::kSecret, model::Value(model::Secret{"credential:app"}), {}});
  }
  void set(ComponentId app, const std::string& source) {
    must(AttributeSet{app, "key", model::Secret{source}});
  }
  std::set<std::string> sources() const { return system.secret_sources(); }
};

TEST_F(SecretSourcesTest, AreThoseOfTheClassesAndOfWhatComponentsHaveInstead) {
  const ComponentId one = make("app1", "app"), other = make("app2", "app");
  EXPECT_THAT(sources(), ElementsAre("credential:app"));
  set(one, "/etc/one");
  set(other, "/etc/one");
  EXPECT_THAT(sources(), ElementsAre("/etc/one", "credential:app"));
  set(one, "/etc/other");
  EXPECT_THAT(sources(), ElementsAre("/etc/one", "/etc/other", "credential:app"));
  must(AttributeUnset{one, "key"});
  EXPECT_THAT(sources(), ElementsAre("/etc/one", "credential:app"));
  must(ComponentRemoved{other});
  EXPECT_THAT(sources(), ElementsAre("credential:app"));
}

TEST_F(SystemTest, HostChangedKeepsWhatItDoesNotSay) {
  must(HostChanged{"lab1", HostState::kUp, 4, {}, ""});
  must(HostChanged{"lab1", HostState::kDown, 0, {}, ""});
  const Host& lab1 = *system.find_host("lab1");
  EXPECT_EQ(lab1.state, HostState::kDown);
  EXPECT_EQ(lab1.cpus, 4u);
}

TEST_F(SystemTest, WhatTheNodeFileSaysOfAHostNoChangeSaysOtherwise) {
  must(HostChanged{"lab1", HostState::kUp, 4, model::Size{5000}, "10.0.0.1"});
  const Host& lab1 = *system.find_host("lab1");
  EXPECT_EQ(lab1.cpus, 4u) << "it says nothing of that";
  EXPECT_EQ(lab1.memory.bytes, 1000);
  EXPECT_EQ(lab1.address, "lab1");
}

}  // namespace
}  // namespace attune::system
