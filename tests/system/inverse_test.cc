// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/inverse.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;
using ::testing::ElementsAre;

model::Project site() {
  return ProjectBuilder()
      .family("lab", {"lab1", "lab2"}, model::Size{1000})
      .component("vm", "lab")
      .memory(300)
      .attribute("address", model::Type::kString, std::string("10.0.0.1"))
      .attribute("note", model::Type::kString)
      .component("balancer", "lab")
      .component("app", "lab", 3)
      .max(3)
      .component("service", "vm")
      .association("balancer", {1, 1}, {0, 3}, "app", "workers")
      .build();
}

class InverseTest : public ::testing::Test {
 protected:
  ComponentId make(const std::string& name, const std::string& of) {
    const ComponentId id = system.next_id();
    must(ComponentCreated{id, name, of, system.next_number(of), kNoComponent});
    return id;
  }
  void must(const Change& change) {
    const auto applied = system.apply(change);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  // Does it and takes it back; what took it back.
  Change there_and_back(const Change& change) {
    const auto back = inverse(system, change);
    must(change);
    EXPECT_TRUE(is_so(system, change));
    EXPECT_FALSE(is_so(system, *back));
    must(*back);
    EXPECT_TRUE(is_so(system, *back));
    return *back;
  }
  std::vector<std::string> workers(ComponentId balancer) {
    std::vector<std::string> names;
    const auto along = system.along(*system.find(balancer), "workers");
    for (const Component* one : *along) names.push_back(one->name);
    return names;
  }

  model::Project project = site();
  System system{project};
};

TEST_F(InverseTest, AnAttributeGetsItsFormerValueBack) {
  const ComponentId vm = make("vm", "vm");
  must(AttributeSet{vm, "memory", model::Size{400}});
  EXPECT_EQ(there_and_back(AttributeSet{vm, "memory", model::Size{500}}),
            Change(AttributeSet{vm, "memory", model::Size{400}}));
  EXPECT_EQ(there_and_back(AttributeUnset{vm, "memory"}),
            Change(AttributeSet{vm, "memory", model::Size{400}}));
}

TEST_F(InverseTest, AnAttributeThatWasItsClassesIsItsClassesAgain) {
  const ComponentId vm = make("vm", "vm");
  must(HostAssigned{vm, "lab1"});
  EXPECT_EQ(there_and_back(AttributeSet{vm, "memory", model::Size{500}}),
            Change(AttributeUnset{vm, "memory"}));
  EXPECT_EQ(system.free_memory(*system.find_host("lab1"))->bytes, 700);
  there_and_back(AttributeSet{vm, "note", std::string("x")});
  EXPECT_FALSE(system.attribute(*system.find(vm), "note"));
  there_and_back(AttributeSet{vm, "address", std::string("10.0.0.9")});
  EXPECT_EQ(system.find_host("vm")->address, "10.0.0.1");
}

TEST_F(InverseTest, WhatWasUnboundIsBoundInItsPlaceAgain) {
  const ComponentId balancer = make("balancer", "balancer");
  std::vector<ComponentId> apps;
  for (const char* name : {"app1", "app2", "app3"}) {
    apps.push_back(make(name, "app"));
    there_and_back(Bound{balancer, "workers", apps.back()});
    must(Bound{balancer, "workers", apps.back()});
  }
  for (const ComponentId app : apps) {
    there_and_back(Unbound{balancer, "workers", app});
    EXPECT_THAT(workers(balancer), ElementsAre("app1", "app2", "app3"));
  }
}

TEST_F(InverseTest, WhatWasMovedGoesBack) {
  const ComponentId vm = make("vm", "vm");
  EXPECT_EQ(there_and_back(HostAssigned{vm, "lab1"}), Change(HostAssigned{vm, ""}));
  must(HostAssigned{vm, "lab1"});
  EXPECT_EQ(there_and_back(HostAssigned{vm, "lab2"}), Change(HostAssigned{vm, "lab1"}));
}

TEST_F(InverseTest, WhatWasMadeIsRemovedAndWhatWasRemovedCannotBeMadeAgain) {
  const ComponentId vm = make("vm", "vm");
  const auto back = inverse(system, ComponentRemoved{vm});
  there_and_back(ComponentCreated{vm + 1, "balancer", "balancer", 1, kNoComponent});
  must(ComponentRemoved{vm});
  EXPECT_EQ(*back, Change(ComponentCreated{vm, "vm", "vm", 1, kNoComponent}));
  EXPECT_FALSE(system.apply(*back));
}

TEST_F(InverseTest, TheWorldsDoingIsNotTakenBack) {
  EXPECT_FALSE(inverse(system, HostChanged{.host = "lab1", .state = HostState::kUp}));
  EXPECT_FALSE(inverse(system, AttributeSet{7, "memory", model::Size{1}}));
}

}  // namespace
}  // namespace attune::system
