// SPDX-License-Identifier: Apache-2.0
// Which device switches which host: several of one class, of another class, and none.
#include "tests/workflow/power_test.h"

namespace attune::workflow {
namespace {

// bmc1 and bmc2 switch lab1 and lab2; plug switches lab3, and nobody switches lab4.
class PowerDevicesTest : public PowerTest {
 protected:
  std::string project() const override {
    std::string text = with(kPowerProject, "  class app {", R"(  class plug {
    +wrapper: String = "bmc.xml"
    host-family: String = "desk"
  }
  class app {)");
    text = with(text, "+wrapper: String = \"bmc.xml\"\n",
                "+wrapper: String = \"bmc.xml\"\n    +initial: Integer = 2\n");
    text = with(text, "+power: String = \"bmc\"\n", "+power: String = \"bmc\"\n    +reserve: Integer = 0\n");
    return with(text, "lab3 memory=1GiB plug=3",
                "lab3 memory=1GiB plug=3 power=plug\nlab4 memory=1GiB plug=4 power=none");
  }
  void begun_with(const std::string& actions) {
    begun("=== diagrams/slow.mmd\nstateDiagram-v2\n  [*] --> a\n" + actions + "  a --> [*]\n",
          {"lab1", "lab2", "lab3", "lab4", "desk1"});
  }
  std::string by_hand(const std::string& device, const std::string& host) {
    if (std::string refused = w().by_hand(device, "power_off", {host}); !refused.empty()) return refused;
    return w().ends().back();
  }
};

TEST_F(PowerDevicesTest, AnyOfAClassSwitchesAHostOfItsOwn) {
  begun_with("  a : x = lab.any(name == \"lab2\")\n  a : bmc.power_off(x)\n");
  ASSERT_EQ(w().send("slow app1"), "");
  EXPECT_THAT(w().ends(), ElementsAre("slow app1 done"));
  EXPECT_EQ(w().calls(), "bmc1.power_off(2)");
  EXPECT_EQ(state("lab2"), HostState::kOff);
}

TEST_F(PowerDevicesTest, WhatIsOnTheHostKeepsItOnAlsoThen) {
  begun_with("  a : x = lab.any(name == \"lab1\")\n  a : bmc.power_off(x)\n");
  ASSERT_EQ(w().send("slow app1"), "");
  EXPECT_THAT(w().ends(), ElementsAre(HasSubstr("lab1 stays on: app1 is there")));
}

TEST_F(PowerDevicesTest, AHostOfAnotherClassIsRefused) {
  begun_with("  a : x = lab.any(name == \"lab3\")\n  a : bmc.power_off(x)\n");
  ASSERT_EQ(w().send("slow app1"), "");
  EXPECT_THAT(w().ends(), ElementsAre(HasSubstr("lab3 is switched by 'plug', not by bmc")));
  EXPECT_EQ(w().calls(), "");
}

TEST_F(PowerDevicesTest, ByHandToo) {
  begun_with("");
  EXPECT_EQ(by_hand("bmc1", "lab3"), "lab3 is switched by 'plug', not by bmc1");
  EXPECT_THAT(by_hand("plug", "lab4"), HasSubstr("lab4 is switched by nobody"));
  EXPECT_EQ(w().calls(), "");
  EXPECT_EQ(by_hand("plug", "lab3"), "call plug done");
  EXPECT_EQ(w().calls(), "plug.power_off(3)");
}

}  // namespace
}  // namespace attune::workflow
