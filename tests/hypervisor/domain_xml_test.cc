// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/domain_xml.h"

#include <regex>

#include <gmock/gmock.h>

#include "runtime/hypervisor/domain_needs.h"
#include "tests/support/golden.h"

namespace attune::hypervisor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

DomainSpec guest() {
  DomainSpec spec;
  spec.project = "shop";
  spec.name = "vm1";
  spec.memory_bytes = 128ULL << 20;
  spec.kernel = "/srv/lab/vmlinuz";
  spec.initrd = "/srv/lab/guest.img";
  spec.command_line = "console=ttyS0";
  spec.networks = {{Network::Kind::kBridge, "br0"}};
  spec.type = "qemu";
  return spec;
}

TEST(DomainXml, DescribesAGuestWithAKernel) {
  EXPECT_TRUE(test::matches_golden("hypervisor/kernel.xml", domain_xml(guest()).value()));
}

TEST(DomainXml, DescribesAGuestWithDisks) {
  DomainSpec spec = guest();
  spec.kernel = spec.initrd = spec.command_line = "";
  spec.type = "kvm";
  spec.vcpus = 4;
  spec.disks = {{"/shared/vm1.qcow2"}, {"/dev/vg/data", "raw", true}};
  spec.networks = {{Network::Kind::kNetwork, "default"}, {Network::Kind::kBridge, "br1"}};
  spec.console_log = "/var/log/vm1.log";
  EXPECT_TRUE(test::matches_golden("hypervisor/disks.xml", domain_xml(spec).value()));
}

TEST(DomainXml, WritesTextSoThatXmlCannotBeBrokenOutOf) {
  DomainSpec spec = guest();
  spec.command_line = "a='<b>' & \"c\"</cmdline><evil/>";
  const std::string xml = domain_xml(spec).value();
  EXPECT_THAT(xml, Not(HasSubstr("<evil/>")));
  EXPECT_THAT(xml, HasSubstr("&lt;evil/&gt;"));
}

TEST(DomainXml, RefusesWhatCannotBoot) {
  const auto why = [](auto change) {
    DomainSpec spec = guest();
    change(spec);
    const auto xml = domain_xml(spec);
    return xml ? "" : xml.error().message;
  };
  EXPECT_THAT(why([](DomainSpec& s) { s.kernel = s.initrd = ""; }), HasSubstr("give it a kernel or a disk"));
  EXPECT_THAT(why([](DomainSpec& s) { s.memory_bytes = 0; }), HasSubstr("memory: Size"));
  EXPECT_THAT(why([](DomainSpec& s) { s.vcpus = 0; }), HasSubstr("vcpus"));
  EXPECT_THAT(why([](DomainSpec& s) { s.name = "a/b"; }), HasSubstr("without '/'"));
  EXPECT_THAT(why([](DomainSpec& s) { s.type = "xen"; }), HasSubstr("kvm or qemu"));
  EXPECT_THAT(why([](DomainSpec& s) {
                s.kernel = "";
                s.disks = {{"/d"}};
              }),
              HasSubstr("no kernel"));
  EXPECT_THAT(why([](DomainSpec& s) { s.disks.resize(27); }), HasSubstr("26 disks"));
}

TEST(DomainXml, NamesDecideUuidAndMac) {
  EXPECT_EQ(uuid_of("shop", "vm1"), uuid_of("shop", "vm1"));
  EXPECT_NE(uuid_of("shop", "vm1"), uuid_of("shop", "vm2"));
  EXPECT_NE(mac_of("shop", "vm1", 0), mac_of("shop", "vm1", 1));
  EXPECT_NE(mac_of("shop", "vm1", 0), mac_of("shop", "vm2", 0));
  EXPECT_NE(uuid_of("shop", "vm1"), uuid_of("mall", "vm1"));
  EXPECT_NE(mac_of("shop", "vm1", 0), mac_of("mall", "vm1", 0));
  EXPECT_TRUE(std::regex_match(uuid_of("shop", "vm1"),
                               std::regex("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-"
                                          "[0-9a-f]{12}")));
}

TEST(DomainXml, MacsAreLocalAndUnicast) {
  for (int i = 0; i < 300; ++i) {
    const std::string mac = mac_of("shop", "vm" + std::to_string(i), 0);
    ASSERT_TRUE(std::regex_match(mac, std::regex("[0-9a-f][26ae](:[0-9a-f]{2}){5}"))) << mac;
  }
}

TEST(DomainXml, CompletesTheAuthorsOwn) {
  const auto xml = complete_domain_xml(
      "<domain type='kvm'><name>x</name><memory unit='GiB'>1</memory><devices>"
      "<interface type='bridge'><source bridge='br0'/></interface>"
      "<interface type='bridge'><mac address='52:54:00:00:00:01'/></interface></devices></domain>",
      "shop", "vm7");
  ASSERT_TRUE(xml);
  EXPECT_THAT(*xml, HasSubstr("<name>vm7</name>"));
  EXPECT_THAT(*xml, HasSubstr("<uuid>" + uuid_of("shop", "vm7") + "</uuid>"));
  EXPECT_THAT(*xml, HasSubstr(mac_of("shop", "vm7", 0)));
  EXPECT_THAT(*xml, HasSubstr("52:54:00:00:00:01"));
  EXPECT_THAT(*xml, Not(HasSubstr(mac_of("shop", "vm7", 1))));
  EXPECT_EQ(id_in(*xml).value(), (ports::DomainId{"vm7", uuid_of("shop", "vm7")}));
}

TEST(DomainXml, SaysWhereTheAuthorsOwnIsBroken) {
  EXPECT_THAT(complete_domain_xml("<domain>\n<name>\n</domain>", "p", "v").error().message,
              HasSubstr("line 2"));
  EXPECT_THAT(complete_domain_xml("<network/>", "p", "v").error().message, HasSubstr("<domain type="));
  for (const char* beside : {"<domain/>\n<domain/>", "<domain/>\nx<!-- -->", "<!-- -->\n<domain/><other/>"})
    EXPECT_THAT(complete_domain_xml(beside, "p", "v").error().message,
                HasSubstr("something beside <domain>: line 2"));
  EXPECT_TRUE(complete_domain_xml("<?xml version='1.0'?><!-- --><domain/>\n<!-- -->\n", "p", "v"));
  EXPECT_THAT(id_in("<domain/>").error().message, HasSubstr("no <name>"));
}

TEST(DomainNeeds, ReadsWhatItsOwnGuestNeeds) {
  DomainSpec spec = guest();
  spec.disks = {{"/shared/a.qcow2"}};
  const auto needs = needs_of(domain_xml(spec).value());
  ASSERT_TRUE(needs);
  EXPECT_EQ(needs->type, "qemu");
  EXPECT_EQ(needs->architecture, "x86_64");
  EXPECT_EQ(needs->memory_bytes, 128ULL << 20);
  EXPECT_EQ(needs->uuid, uuid_of("shop", "vm1"));
  EXPECT_THAT(needs->files, ::testing::ElementsAre("/shared/a.qcow2"));
}

TEST(DomainNeeds, CountsNoMemoryOfHugePages) {
  const auto needs = needs_of(
      "<domain><memory unit='KiB'>65536</memory><memoryBacking><hugepages/></memoryBacking>"
      "<os><type>hvm</type></os></domain>");
  ASSERT_TRUE(needs);
  EXPECT_EQ(needs->memory_bytes, 0u);
}

TEST(DomainNeeds, RefusesWhatIsNoDomain) {
  EXPECT_EQ(needs_of("<x/>").error().code, ErrorCode::kCorrupt);
}

TEST(DomainNeeds, FindsKvmOnlyForTheHostsOwnArchitecture) {
  const auto capabilities = [](std::string_view guest_arch) {
    return "<capabilities><host><uuid>u-1</uuid><cpu><arch>x86_64</arch></cpu></host>"
           "<guest><arch name='" +
           std::string(guest_arch) +
           "'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>";
  };
  EXPECT_TRUE(offers_kvm(capabilities("x86_64")));
  EXPECT_FALSE(offers_kvm(capabilities("aarch64")));
  EXPECT_FALSE(offers_kvm("<capabilities/>"));
  EXPECT_EQ(host_uuid(capabilities("x86_64")), "u-1");
}

TEST(DomainXml, NamesTheAddressesOfItsInterfaces) {
  const auto macs = macs_in(
      "<domain type='kvm'><devices><interface type='bridge'><mac address='52:54:00:AA:00:01'/></interface>"
      "<interface type='bridge'/><interface type='network'><mac address='52:54:00:00:00:02'/></interface>"
      "</devices></domain>");
  ASSERT_TRUE(macs) << macs.error().message;
  EXPECT_THAT(*macs, testing::ElementsAre("52:54:00:aa:00:01", "52:54:00:00:00:02"));
  EXPECT_FALSE(macs_in("<network/>"));
}

}  // namespace
}  // namespace attune::hypervisor
