// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::model {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DifferenceTest : public ::testing::Test {
 protected:
  DifferenceTest() {
    for (Project* project : {&before_, &after_})
      *project =
          attune::testing::ProjectBuilder().family("lab", {"lab1", "lab2"}).component("vm", "lab").build();
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const Difference& one : differences(before_, after_)) all.push_back(to_text(one));
    return all;
  }
  Project before_, after_;
};

TEST_F(DifferenceTest, IsNoneBetweenTwoReadingsOfTheSame) {
  EXPECT_THAT(texts(), IsEmpty());
}

TEST_F(DifferenceTest, NamesWhatHasChangedWithBothValues) {
  after_.classes[0].initial = 2;
  after_.settings["host.silence"] = "30s";
  EXPECT_THAT(texts(),
              ElementsAre("class setting vm.initial changed: 1 -> 2", "setting host.silence added: 30s"));
}

TEST_F(DifferenceTest, TellsOfWhatIsGoneAsAWholeWithoutItsParts) {
  after_.classes.clear();
  after_.families[0].hosts.pop_back();
  EXPECT_THAT(texts(), ElementsAre("class vm removed", "host lab.lab2 removed: address=lab2"));
}

TEST_F(DifferenceTest, TellsOfSitesAndTheirLinks) {
  for (Project* project : {&before_, &after_}) project->sites.push_back({.name = "north"});
  after_.sites[0].host_price = 0.5;
  after_.links.push_back({"north", "south", std::chrono::milliseconds(20), 100, {}});
  EXPECT_THAT(texts(), ElementsAre("site north changed: 0 a host, 0 a VM, 0 a GiB out, 0s, 10000 Mbit/s -> "
                                   "0.5 a host, 0 a VM, 0 a GiB out, 0s, 10000 Mbit/s",
                                   "link north -- south added: 20ms, 100 Mbit/s"));
}

TEST_F(DifferenceTest, SeesThatADiagramIsAnother) {
  for (Project* project : {&before_, &after_}) {
    Diagram& diagram = project->diagrams["cpu_high"];
    diagram.place.file = std::make_shared<const SourceFile>(
        SourceFile{"diagrams/cpu_high.mmd", project == &before_ ? "one" : "another"});
  }
  EXPECT_THAT(texts(), ElementsAre("diagram cpu_high changed"));
}

}  // namespace
}  // namespace attune::model
