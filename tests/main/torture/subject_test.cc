// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"
#include "tests/support/project_builder.h"

namespace attune::torture {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SubjectTest : public ::testing::Test {
 protected:
  SubjectTest() {
    for (auto& [name, wrapper] : project_.wrappers) wrapper.path = "shop/wrappers/" + name + ".xml";
  }
  static model::Project shop() {
    model::Project made = attune::testing::ProjectBuilder()
                              .family("lab", {"lab1", "lab2"})
                              .family("other", {"far"})
                              .component("store", "lab", 1)
                              .wrapper("service")
                              .component("app", "lab", 2)
                              .wrapper("service")
                              .component("front", "other", 1)
                              .wrapper("front")
                              .association("app", {0, 9}, {1, 1}, "store", "store")
                              .association("front", {1, 1}, {1, 9}, "app", "backends")
                              .build();
    made.name = "shop";
    made.wrappers["service"].name = "service";
    made.wrappers["front"].name = "front";
    return made;
  }
  Result<Subject> subject(const std::string& class_name, const std::string& host = {}) {
    Diagnostics found;
    return make_subject(system_, model::instantiate(project_, found), class_name, host);
  }
  std::vector<std::string> names(const std::vector<system::ComponentId>& ids) {
    std::vector<std::string> all;
    for (const auto id : ids) all.push_back(system_.find(id)->name);
    return all;
  }

  model::Project project_ = shop();
  system::System system_{project_};
};

TEST_F(SubjectTest, TheClassIsTheOneThatUsesTheFile) {
  EXPECT_EQ(class_of_wrapper(project_, "shop/wrappers/front.xml", "").value(), "front");
  EXPECT_EQ(class_of_wrapper(project_, "shop/wrappers/service.xml", "app").value(), "app");
}

TEST_F(SubjectTest, WhereSeveralUseItTheyAreNamed) {
  EXPECT_THAT(class_of_wrapper(project_, "service.xml", "").error().message, HasSubstr("store, app"));
  EXPECT_THAT(class_of_wrapper(project_, "service.xml", "front").error().message,
              HasSubstr("front does not use service.xml, but each of store, app does"));
  EXPECT_THAT(class_of_wrapper(project_, "none.xml", "").error().message,
              HasSubstr("no class of shop uses none.xml"));
}

TEST_F(SubjectTest, WhatItNeedsComesBeforeIt) {
  const auto made = subject("front");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(system_.find(made->id)->name, "front");
  EXPECT_EQ(names(made->companions).front(), "store");
  EXPECT_EQ(made->host, "far");
}

TEST_F(SubjectTest, WhatNeedsItIsLeftOut) {
  const auto made = subject("store");
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_THAT(names(made->companions), ElementsAre());
}

TEST_F(SubjectTest, ItIsOnTheFirstHostOrTheOneThatWasSaid) {
  EXPECT_EQ(subject("store")->host, "lab1");
  system::System another(project_);
  Diagnostics found;
  EXPECT_EQ(make_subject(another, model::instantiate(project_, found), "store", "lab2")->host, "lab2");
}

TEST_F(SubjectTest, AHostOfAnotherFamilyIsRefused) {
  EXPECT_THAT(subject("store", "far").error().message, HasSubstr("no host of the family"));
}

TEST_F(SubjectTest, AHostThatNobodyKnowsIsRefused) {
  EXPECT_THAT(subject("store", "nowhere").error().message, HasSubstr("no family has a host 'nowhere'"));
}

}  // namespace
}  // namespace attune::torture
