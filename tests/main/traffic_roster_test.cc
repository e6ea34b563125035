// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_roster.h"

#include "runtime/hypervisor/domain_xml.h"
#include "tests/wrappers/vm_fixture.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using traffic::Interface;
using traffic::Sensor;

class TrafficRosterTest : public wrappers::VmTest {
 protected:
  // Its probe is a sensor's.
  static model::Project project() {
    model::Project made = wrappers::small_project();
    made.wrappers["probe"].events = {{"traffic", {}}, {"traffic_period", {}}};
    return made;
  }
  traffic::Roster now() { return roster_.now(); }

  wrappers::WrapperWorld world_{loop_, loop_, shell_, land_, project()};
  TrafficRoster roster_{world_.world};
};

TEST_F(TrafficRosterTest, HasMachinesThatMayRunByTheAddressThatTheyBootWith) {
  const system::ComponentId vm = world_.make("vm", "lab1");
  EXPECT_THAT(now().interfaces, IsEmpty()) << "it is only declared";
  world_.set(vm, system::Lifecycle::kStarting);
  const std::string mac = hypervisor::mac_of("small", "vm1", 0);
  EXPECT_THAT(now().interfaces, ElementsAre(Interface{mac, "vm1", "lab1"}));
  world_.apply(system::HostAssigned{vm, "lab2"});
  EXPECT_THAT(now().interfaces, ElementsAre(Interface{mac, "vm1", "lab2"}));
  world_.set(vm, system::Lifecycle::kStopped);
  EXPECT_THAT(now().interfaces, IsEmpty());
}

TEST_F(TrafficRosterTest, HasSensorsThatAreStarted) {
  EXPECT_TRUE(has_sensors(world_.project));
  EXPECT_FALSE(has_sensors(wrappers::small_project()));
  const system::ComponentId sensor = world_.make("probe", "lab2");
  EXPECT_THAT(now().sensors, IsEmpty());
  world_.set(sensor, system::Lifecycle::kStarted);
  EXPECT_THAT(now().sensors, ElementsAre(Sensor{world_.system.find(sensor)->name, "lab2"}));
}

TEST_F(TrafficRosterTest, TakesThePeriodThatTheSensorsClassSays) {
  EXPECT_EQ(period_of(world_.system), 30);
  model::Project other = project();
  for (model::Class& one : other.classes)
    if (one.name == "probe")
      one.attributes.push_back({"period", model::Type::kDuration, Duration(std::chrono::seconds(5)), {}});
  EXPECT_EQ(period_of(system::System(other)), 5);
}

}  // namespace
}  // namespace attune::main
