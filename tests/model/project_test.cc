// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/project.h"

#include <gtest/gtest.h>

namespace attune::model {
namespace {

// server <|-- app <|-- worker; balancer -workers-> app
Project web() {
  Project project;
  project.classes = {Class{.name = "server"}, Class{.name = "app", .base = "server", .wrapper = "app"},
                     Class{.name = "worker", .base = "app"}, Class{.name = "balancer"}};
  project.associations = {Association{.from = "balancer", .to = "app", .role = "workers"},
                          Association{.from = "server", .to = "balancer", .role = "front"}};
  project.families = {HostFamily{.name = "nodes"}};
  project.wrappers["app"] = Wrapper{.name = "app"};
  return project;
}

TEST(Project, FindsClassesFamiliesAndWrappersByName) {
  const Project project = web();
  EXPECT_EQ(project.find_class("app"), &project.classes[1]);
  EXPECT_EQ(project.find_class("nodes"), nullptr);
  EXPECT_EQ(project.find_family("nodes"), &project.families[0]);
  EXPECT_EQ(project.wrapper_of(project.classes[1])->name, "app");
  EXPECT_EQ(project.wrapper_of(project.classes[0]), nullptr);
}

TEST(Project, InheritanceReachesOverSeveralSteps) {
  const Project project = web();
  EXPECT_TRUE(project.is_a("worker", "server"));
  EXPECT_TRUE(project.is_a("app", "app"));
  EXPECT_FALSE(project.is_a("server", "app"));
  EXPECT_FALSE(project.is_a("nobody", "server"));
}

TEST(Project, AnInheritanceCycleEnds) {
  Project project = web();
  project.classes[0].base = "worker";
  EXPECT_FALSE(project.is_a("app", "balancer"));
}

TEST(Project, RolesAreInherited) {
  const Project project = web();
  EXPECT_EQ(project.find_role("worker", "front"), &project.associations[1]);
  EXPECT_EQ(project.find_role("balancer", "workers"), &project.associations[0]);
  EXPECT_EQ(project.find_role("balancer", "front"), nullptr);
  EXPECT_EQ(project.find_role("app", "workers"), nullptr);
}

TEST(Cardinality, IsWrittenAsDiagramsDo) {
  EXPECT_EQ(to_text(Cardinality{1, 1}), "1");
  EXPECT_EQ(to_text(Cardinality{0, 6}), "0..6");
  EXPECT_EQ(to_text(Cardinality{1, Cardinality::kMany}), "1..*");
}

}  // namespace
}  // namespace attune::model
