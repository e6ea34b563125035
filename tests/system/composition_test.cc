// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/composition.h"

#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;

// VMs with a probe each that observes its own VM; apps that need one of two databases.
model::Project site() {
  return ProjectBuilder()
      .family("lab", {"lab1", "lab2"})
      .component("probe", "", 2)
      .max(3)
      .component("vm", "lab", 2)
      .max(3)
      .component("database", "lab", 2)
      .component("app", "lab", 0)
      .max(2)
      .contains("vm", "probe", "probe")
      .association("probe", {1, 1}, {1, 1}, "vm", "observed")
      .association("app", {0, 1}, {1, 1}, "database", "db")
      .build();
}

class CompositionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const model::Instances instances{.components = {{"probe1", 0, 1},
                                                    {"probe2", 0, 2},
                                                    {"vm1", 1, 1},
                                                    {"vm2", 1, 2},
                                                    {"database1", 2, 1},
                                                    {"database2", 2, 2}},
                                     .bindings = {{0, 2, 0}, {0, 3, 1}, {1, 0, 2}, {1, 1, 3}}};
    apply(initial(system, instances));
  }
  void apply(const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      const auto applied = system.apply(change);
      ASSERT_TRUE(applied) << applied.error().message;
    }
  }
  void create(std::string_view class_name) {
    const auto changes = creation(system, class_name);
    ASSERT_TRUE(changes) << changes.error().message;
    apply(*changes);
  }
  std::string bound(std::string_view component, std::string_view role) {
    const auto partners = system.along(*system.find(component), role);
    std::string names;
    for (const Component* to : *partners) names += to->name + " ";
    return names;
  }

  model::Project project = site();
  System system{project};
};

TEST_F(CompositionTest, InitialMakesContainersBeforeTheirContents) {
  EXPECT_EQ(bound("vm1", "probe"), "probe1 ");
  EXPECT_EQ(bound("probe2", "observed"), "vm2 ");
  EXPECT_EQ(system.contents(*system.find("vm2")).front()->name, "probe2");
}

TEST_F(CompositionTest, ANewInstanceComesWithItsContentsBoundToItself) {
  create("vm");
  EXPECT_EQ(bound("vm3", "probe"), "probe3 ");
  EXPECT_EQ(bound("probe3", "observed"), "vm3 ");
}

TEST_F(CompositionTest, ANewInstanceIsBoundToTheLeastBoundPartner) {
  create("app");
  create("app");
  EXPECT_EQ(bound("app1", "db"), "database1 ");
  EXPECT_EQ(bound("app2", "db"), "database2 ");
}

TEST_F(CompositionTest, CreationBeyondMaxIsRefused) {
  create("vm");
  EXPECT_EQ(creation(system, "vm").error().message, "class 'vm' has its max of 3 already");
}

TEST_F(CompositionTest, CreationWithoutAPartnerToBindToSaysWhich) {
  for (const char* name : {"database1", "database2"}) apply(removal(system, *system.find(name)));
  EXPECT_EQ(creation(system, "app").error().message,
            "a new 'app' needs 1 'database' as its 'db', and 0 can take one more");
}

TEST_F(CompositionTest, RemovalTakesContentsAndAllBindingsAlong) {
  apply(removal(system, *system.find("vm1")));
  EXPECT_EQ(system.find("vm1"), nullptr);
  EXPECT_EQ(system.find("probe1"), nullptr);
  EXPECT_NE(system.find("probe2"), nullptr);
}

TEST_F(CompositionTest, RemovalUnbindsWhoIsLeft) {
  create("app");
  apply(removal(system, *system.find("database1")));
  EXPECT_EQ(bound("app1", "db"), "");
}

}  // namespace
}  // namespace attune::system
