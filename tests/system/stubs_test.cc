// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/stubs.h"

#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

class StubsTest : public ::testing::Test {
 protected:
  StubsTest() {
    project.wrappers["app"].stubs = {model::Stub{.name = "status", .key = "Script"},
                                     model::Stub{.name = "start", .key = "Process"}};
    project.wrappers["tool"].stubs = {model::Stub{.name = "status", .key = "Script"}};
  }
  Component of_class(std::string_view name) {
    Component made;
    while (project.classes[made.class_index].name != name) ++made.class_index;
    return made;
  }

  model::Project project = attune::testing::ProjectBuilder()
                               .component("app")
                               .wrapper("app")
                               .component("tool")
                               .wrapper("tool")
                               .component("bare")
                               .build();
  System system{project};
};

TEST_F(StubsTest, AreThoseOfTheClasssWrapper) {
  EXPECT_EQ(stub_of(system, of_class("app"), "status")->key, "Script");
  EXPECT_EQ(stub_of(system, of_class("app"), "stop"), nullptr);
  EXPECT_EQ(stub_of(system, of_class("bare"), "status"), nullptr);
}

TEST_F(StubsTest, WhatRunsIsWhatImplementsItsStart) {
  EXPECT_EQ(start_key_of(system, of_class("app")), "Process");
  EXPECT_EQ(start_key_of(system, of_class("tool")), "");
  EXPECT_EQ(start_key_of(system, of_class("bare")), "");
}

}  // namespace
}  // namespace attune::system
