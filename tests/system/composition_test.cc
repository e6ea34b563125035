// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/composition.h"

#include <memory>

#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"
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

// --- a drawing that has changed ---

// The system of an earlier drawing, replayed into a later one.
class ChangedDrawingTest : public ::testing::Test {
 protected:
  static model::Project drawn(uint32_t apps, bool with_cache) {
    ProjectBuilder builder;
    builder.family("lab", {"lab1"}).component("front", "lab", 1).component("app", "lab", apps).max(4);
    builder.association("front", {1, 1}, {1, 4}, "app", "backends");
    if (!with_cache) return builder.build();
    builder.component("cache", "lab", 1).component("log", "", apps).max(4);
    builder.association("app", {0, 4}, {1, 1}, "cache", "store").contains("app", "log", "log");
    return builder.build();
  }
  void draw(uint32_t apps, bool with_cache) {
    project_ = std::make_unique<model::Project>(drawn(apps, with_cache));
    system_ = std::make_unique<System>(*project_);
    for (const Change& change : journal_) ASSERT_TRUE(system_->apply(change));
  }
  // What the drawing begins with, such as it has not been.
  std::string begin() {
    Diagnostics found;
    const ComponentId first = system_->next_id();
    for (Change& change : initial(*system_, model::instantiate(*project_, found))) apply(std::move(change));
    std::string made;
    for (const Component* one : system_->components())
      if (one->id >= first) made += one->name + " ";
    return made;
  }
  void apply(Change change) {
    const auto applied = system_->apply(change);
    ASSERT_TRUE(applied) << applied.error().message;
    journal_.push_back(std::move(change));
  }
  std::string bound(std::string_view component, std::string_view role) {
    std::string names;
    const auto partners = system_->along(*system_->find(component), role);
    for (const Component* to : *partners) names += to->name + " ";
    return names;
  }

  std::vector<Change> journal_;
  std::unique_ptr<model::Project> project_;
  std::unique_ptr<System> system_;
};

TEST_F(ChangedDrawingTest, WhatHasNotChangedMakesNothing) {
  draw(2, true);
  EXPECT_EQ(begin(), "front app1 app2 cache log1 log2 ");
  EXPECT_EQ(begin(), "");
  EXPECT_TRUE(initial(*system_, {}).empty());
  EXPECT_TRUE(shortfalls(*system_).empty());
}

TEST_F(ChangedDrawingTest, ANewClassIsMadeWithItsBindingsAndInItsContainers) {
  draw(2, false);
  begin();
  draw(2, true);
  EXPECT_EQ(shortfalls(*system_).size(), 4u);
  EXPECT_EQ(begin(), "cache log1 log2 ");
  EXPECT_EQ(bound("app2", "store"), "cache ");
  EXPECT_EQ(bound("app2", "log"), "log2 ");
  EXPECT_EQ(system_->find("log2")->container, system_->find("app2")->id);
  EXPECT_TRUE(shortfalls(*system_).empty());
}

TEST_F(ChangedDrawingTest, AHigherInitialMakesTheFurtherOnes) {
  draw(2, true);
  begin();
  draw(3, true);
  EXPECT_EQ(begin(), "app3 log3 ");
  EXPECT_EQ(bound("front", "backends"), "app1 app2 app3 ");
  EXPECT_EQ(bound("app3", "store"), "cache ");
}

TEST_F(ChangedDrawingTest, WhatWasRemovedIsNotMadeAgain) {
  draw(2, false);
  begin();
  for (Change& change : removal(*system_, *system_->find("app2"))) apply(std::move(change));
  draw(2, true);
  EXPECT_EQ(begin(), "cache log1 ");
  EXPECT_EQ(system_->find("app2"), nullptr);
}

TEST_F(ChangedDrawingTest, AShortfallIsTold) {
  draw(1, false);
  begin();
  for (Change& change : removal(*system_, *system_->find("app1"))) apply(std::move(change));
  EXPECT_EQ(shortfalls(*system_), std::vector<std::string>{"front.backends has 0 of at least 1 'app'"});
}

}  // namespace
}  // namespace attune::system
