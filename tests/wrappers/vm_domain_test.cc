// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/hypervisor/domain_xml.h"
#include "tests/support/hand_loop.h"
#include "tests/support/temp_dir.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class VmDomainTest : public ::testing::Test {
 protected:
  VmDomainTest() {
    small_.project.directory = dir_.path();
    vm_ = small_.make("vm", "lab1");
  }
  void set(const std::string& attribute, model::Value value) { small_.set(vm_, attribute, std::move(value)); }
  void set_text(const std::string& attribute, std::string text) {
    set(attribute, model::Value(std::move(text)));
  }
  std::string xml(bool accelerated = false) {
    const auto made = vm_domain_xml(small_.world, vm_, "web", accelerated);
    return made ? *made : "refused: " + made.error().message;
  }
  void own_xml(std::string_view text) {
    dir_.write("web.xml", text);
    set_text("domain", "web.xml");
  }

  test::TempDir dir_;
  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  system::ComponentId vm_ = system::kNoComponent;
};

TEST_F(VmDomainTest, FollowsFromTheAttributes) {
  set("vcpus", model::Value(int64_t{2}));
  EXPECT_THAT(xml(), AllOf(HasSubstr("<name>web</name>"), HasSubstr("<memory unit=\"KiB\">131072</memory>"),
                           HasSubstr("<vcpu>2</vcpu>"), HasSubstr("<kernel>/srv/vmlinuz</kernel>"),
                           HasSubstr("<source bridge=\"br0\"/>"), HasSubstr("type=\"qemu\"")));
}

TEST_F(VmDomainTest, RunsOnKvmWhereTheHostOffersIt) {
  EXPECT_THAT(xml(true), HasSubstr("type=\"kvm\""));
  EXPECT_TRUE(leaves_virtualization_open(small_.world, vm_));
  set_text("virtualization", "qemu");
  EXPECT_THAT(xml(true), HasSubstr("type=\"qemu\""));
  EXPECT_FALSE(leaves_virtualization_open(small_.world, vm_));
}

TEST_F(VmDomainTest, HasItsDisksInTheirFormatsAndItsNetwork) {
  set("disks", model::Value(model::List{std::string("/srv/a.qcow2"), std::string("/dev/vg/b")}));
  set_text("network", "default");
  EXPECT_THAT(xml(), AllOf(HasSubstr("/srv/a.qcow2"), HasSubstr("type=\"qcow2\""), HasSubstr("/dev/vg/b"),
                           HasSubstr("type=\"raw\""), HasSubstr("<source network=\"default\"/>"),
                           Not(HasSubstr("bridge=\"br0\""))));
}

TEST_F(VmDomainTest, RefusesAttributesThatMakeNoSense) {
  set("vcpus", model::Value(int64_t{0}));
  EXPECT_EQ(xml(), "refused: vcpus of web is 0: it is between 1 and 4096");
  set("vcpus", model::Value(int64_t{1}));
  set("memory", model::Value(model::Size{-1}));
  EXPECT_EQ(xml(), "refused: memory of web is negative");
}

TEST_F(VmDomainTest, OfTheAuthorsOwnIsFilledAndCompleted) {
  own_xml(
      "<domain type='kvm'><name>any</name><memory>$this.vcpus</memory><title>on $this.host.name</title>"
      "<devices><interface type='bridge'><source bridge='br7'/></interface></devices></domain>");
  EXPECT_THAT(xml(), AllOf(HasSubstr("<name>web</name>"), HasSubstr("<memory>1</memory>"),
                           HasSubstr("<title>on lab1</title>"), HasSubstr("bridge=\"br7\""),
                           HasSubstr(hypervisor::uuid_of("small", "web")),
                           HasSubstr(hypervisor::mac_of("small", "web", 0))));
  EXPECT_FALSE(leaves_virtualization_open(small_.world, vm_));
}

TEST_F(VmDomainTest, OfTheAuthorsOwnSaysWhatIsWrongInWhichFile) {
  own_xml("<domain><name>$this.colour</name></domain>");
  EXPECT_THAT(xml(), AllOf(HasSubstr("web.xml"), HasSubstr("$this.colour")));
  own_xml("<domain>");
  EXPECT_THAT(xml(), HasSubstr("refused: web.xml: "));
  set_text("domain", "missing.xml");
  EXPECT_THAT(xml(), HasSubstr("missing.xml"));
}

TEST_F(VmDomainTest, AValueCannotBreakOutOfTheAuthorsOwnEither) {
  set_text("network", "a'/></devices><evil x=\"1\"/>&amp;<!-- ]]>");
  own_xml(
      "<domain type='kvm'><name>any</name><title>$this.network</title><description><![CDATA[$this.network]]>"
      "</description><!-- $this.network --><devices><interface "
      "type='network'><source network='$this.network'/></interface></devices></domain>");
  EXPECT_THAT(xml(), AllOf(Not(HasSubstr("<evil")), HasSubstr("</devices>\n    <uuid>"),
                           HasSubstr("<title>a'/&gt;&lt;/devices&gt;&lt;evil x=\"1\"/&gt;&amp;amp;&lt;!-- "
                                     "]]&gt;</title>")));
}

TEST_F(VmDomainTest, AValueCannotBreakOutOfItsAttribute) {
  set_text("network", "a'/><evil/>");
  EXPECT_THAT(xml(), Not(HasSubstr("<evil/>")));
}

}  // namespace
}  // namespace attune::wrappers
