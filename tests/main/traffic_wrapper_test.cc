// SPDX-License-Identifier: Apache-2.0
// The stock wrapper traffic-probe.xml: what it calls the sensor with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "runtime/main/traffic_roster.h"
#include "runtime/model/instances.h"
#include "runtime/workflow/arguments.h"
#include "tests/support/folder_case.h"
#include "tests/support/golden.h"
#include "wrappers/catalog.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;

// The arguments with which the first sensor of the class is started.
std::vector<std::string> started_with(const std::string& attributes) {
  const test::FolderCase folder(
      "=== project/rack.nodes\nlocalhost\n=== project/deployment.mmd\nclassDiagram\n"
      "  class rack {\n    <<host-family>>\n    +nodefile: String = \"rack.nodes\"\n"
      "    +protocol: String = \"local\"\n  }\n"
      "  class sensor {\n    +host-family: String = \"rack\"\n    +wrapper: String = "
      "\"traffic-probe.xml\"\n" +
      attributes + "  }\n");
  Diagnostics found;
  const dsl::LoadedProject loaded = dsl::load_project(
      (folder.path() / "project").string(), wrappers::catalog(), test::source_root().string(), found);
  for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
  if (!has_sensors(loaded.project)) return {};
  system::System system(loaded.project);
  EXPECT_TRUE(
      system.apply(system::ComponentCreated{system.next_id(), "sensor1", "sensor", 1, system::kNoComponent}));
  const model::Wrapper* wrapper = loaded.project.wrapper_of(*loaded.project.find_class("sensor"));
  const std::string pipe = "/run/pipe";
  const auto arguments = workflow::arguments_of(wrapper->find_stub("start")->params,
                                                {{system, {}, pipe}, system.components().front()->id, {}});
  return arguments ? *arguments : std::vector{arguments.error().message};
}

TEST(TrafficWrapperTest, TellsTheSensorToWhichServersItCounts) {
  EXPECT_THAT(started_with("    +period: Duration = 30s\n    +taps: String = \"vnet*\"\n"
                           "    +servers: List = [\"10.0.0.200\", \"nas.example\"]\n"),
              ElementsAre("traffic-probe", "/dev/stdout", "sensor1", "period=30s", "interfaces=vnet*",
                          "servers=10.0.0.200,nas.example"));
}

TEST(TrafficWrapperTest, NamesNoServersWhereThereAreNone) {
  EXPECT_THAT(
      started_with("    +period: Duration = 5s\n    +taps: String = \"tap*\"\n"
                   "    +servers: List = []\n"),
      ElementsAre("traffic-probe", "/dev/stdout", "sensor1", "period=5s", "interfaces=tap*", "servers="));
}

}  // namespace
}  // namespace attune::main
