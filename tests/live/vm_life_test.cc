// SPDX-License-Identifier: Apache-2.0
// A real guest on a lab host: its life from boot to end, as the manager sees it through libvirt.
#include "tests/live/vm_fixture.h"

#include <fmt/format.h>

namespace attune::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VmLife : public VmTest {
 protected:
  std::string console() { return lab().shell("lab1", "cat /srv/lab/vm.console"); }
  Result<void> shut_down(Duration grace) {
    return await(loop_, hypervisor_.shut_down(uri("lab1"), "vm", grace, {}));
  }
  bool comes(Kind kind) {
    return await_that(loop_, [&] {
      const auto all = kinds("lab1");
      return std::find(all.begin(), all.end(), kind) != all.end();
    });
  }
};

TEST_F(VmLife, BootsAGuestThatServesAndIsPersistent) {
  boot();
  const auto found = await(loop_, hypervisor_.find(uri("lab1"), "vm"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, State::kRunning);
  EXPECT_EQ(found->uuid, hypervisor::uuid_of("live", "vm"));
  EXPECT_TRUE(found->persistent);
  EXPECT_EQ(who_has(), "lab1");
}

TEST_F(VmLife, AGuestThatRunsHasADirtyRate) {
  boot();
  const auto rates = await(loop_, hypervisor_.dirty_rates(uri("lab1")));
  ASSERT_TRUE(rates) << rates.error().message;
  ASSERT_EQ(rates->size(), 1U);
  EXPECT_EQ(rates->front().domain.uuid, hypervisor::uuid_of("live", "vm"));
  EXPECT_LT(rates->front().bytes_per_second, uint64_t{1} << 30);
  const auto elsewhere = await(loop_, hypervisor_.dirty_rates(uri("lab2")));
  ASSERT_TRUE(elsewhere);
  EXPECT_THAT(*elsewhere, IsEmpty());
}

// One call after the other, and no keepalive between them: more is not promised of libvirt's client over
// libssh.
TEST_F(VmLife, IsFoundOverLibsshToo) {
  boot();
  std::string over_libssh = uri("lab1").replace(0, std::string("qemu+ssh").size(), "qemu+libssh");
  over_libssh += "&sshauth=privkey&known_hosts_verify=normal";
  hypervisor::LibvirtHypervisor own(
      loop_, clock_, log_,
      {.keepalive = {.interval = std::chrono::minutes(5), .count = 2}, .open_timeout = seconds(20)});
  const auto all = await(loop_, own.domains(over_libssh));
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().name, "vm");
  EXPECT_EQ(all->front().state, State::kRunning);
  EXPECT_TRUE(await(loop_, own.capacity(over_libssh)));
}

TEST_F(VmLife, AdoptsAGuestThatRunsAlready) {
  boot();
  watch("lab1");
  EXPECT_TRUE(await(loop_, hypervisor_.boot(uri("lab1"), hypervisor::domain_xml(spec()).value())));
  EXPECT_TRUE(guest_.answers());
  EXPECT_THAT(events_, IsEmpty());
}

TEST_F(VmLife, StopsOrderlyWhenTheGuestTurnsItselfOff) {
  boot();
  watch("lab1");
  EXPECT_TRUE(shut_down(seconds(60)));
  EXPECT_EQ(state(), State::kShutOff);
  EXPECT_THAT(console(), HasSubstr("Power down"));
  EXPECT_TRUE(comes(Kind::kShutDown));
}

TEST_F(VmLife, StopsHardWhenTheGuestDoesNot) {
  boot();
  ASSERT_TRUE(await(loop_, hypervisor_.suspend(uri("lab1"), "vm")));  // it hears nothing
  EXPECT_TRUE(shut_down(std::chrono::milliseconds(300)));
  EXPECT_EQ(state(), State::kShutOff);
  EXPECT_EQ(who_defines(), "lab1");
  EXPECT_TRUE(await(loop_, hypervisor_.undefine(uri("lab1"), "vm")));
  EXPECT_EQ(who_defines(), "nobody");
}

TEST_F(VmLife, SuspendsAndResumesWithItsConnections) {
  boot();
  watch("lab1");
  ASSERT_TRUE(await(loop_, hypervisor_.suspend(uri("lab1"), "vm")));
  EXPECT_EQ(state(), State::kPaused);
  ASSERT_TRUE(await(loop_, hypervisor_.resume(uri("lab1"), "vm")));
  EXPECT_EQ(state(), State::kRunning);
  EXPECT_TRUE(guest_.answers());
  EXPECT_TRUE(comes(Kind::kResumed));
  EXPECT_THAT(kinds("lab1"), ElementsAre(Kind::kSuspended, Kind::kResumed));
}

TEST_F(VmLife, TellsThatAGuestHasDied) {
  boot();
  watch("lab1");
  lab().shell("lab1", "kill -KILL $(cat /run/libvirt/qemu/vm.pid)");
  EXPECT_TRUE(comes(Kind::kCrashed));
  EXPECT_EQ(who_has(), "nobody");
}

TEST_F(VmLife, TellsThatTheKernelOfAGuestHasGivenUp) {
  hypervisor::DomainSpec vm = spec();
  vm.command_line += " unknown_nmi_panic";
  boot("lab1", vm);
  watch("lab1");
  lab().shell("lab1", "virsh inject-nmi vm");
  EXPECT_TRUE(comes(Kind::kCrashed));
  EXPECT_TRUE(await_that(loop_, [] { return who_has() == "nobody"; }));
}

TEST_F(VmLife, TellsWhatSomebodyElseDid) {
  boot();
  watch("lab1");
  lab().shell("lab1", "virsh destroy vm && virsh start vm");
  EXPECT_TRUE(comes(Kind::kStarted));
  EXPECT_EQ(kinds("lab1").front(), Kind::kShutDown);
}

TEST_F(VmLife, TellsAfterwardsWhatHappenedWhileLibvirtdWasGone) {
  boot();
  watch("lab1");
  lab().kill_libvirtd("lab1");
  lab().shell("lab1", "kill -KILL $(cat /run/libvirt/qemu/vm.pid)");
  lab().start_libvirtd("lab1");
  EXPECT_TRUE(await_that(loop_, [&] { return !kinds("lab1").empty(); }));
  EXPECT_THAT(kinds("lab1"), ElementsAre(Kind::kCrashed));
}

TEST_F(VmLife, IsReachedBySshAndByASocketAsWell) {
  boot();
  for (const std::string& way :
       {fmt::format("qemu+ssh://root@lab1/system?command={}", lab().path("ssh")),
        fmt::format("qemu+unix:///system?socket={}/run/libvirt/libvirt-sock", lab().root_of("lab1"))}) {
    const auto found = await(loop_, hypervisor_.find(way, "vm"));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->state, State::kRunning);
  }
}

TEST_F(VmLife, TellsTheAddressThatItsHostLeasedToIt) {
  lab().remove_guests();
  lab().shell("lab1",
              "virsh net-create /dev/stdin <<'E'\n"
              "<network><name>leases</name><forward mode='open'/><bridge name='virbr0'/>"
              "<ip address='10.214.7.1' netmask='255.255.255.0'><dhcp>"
              "<range start='10.214.7.2' end='10.214.7.9'/></dhcp></ip></network>\nE\n");
  hypervisor::DomainSpec vm = spec();
  vm.command_line = "console=ttyS0 quiet no_timer_check pti=on attune.name=vm";  // it asks for an address
  vm.networks = {{hypervisor::Network::Kind::kNetwork, "leases"}};
  ASSERT_TRUE(await(loop_, hypervisor_.boot(uri("lab1"), hypervisor::domain_xml(vm).value())));
  std::vector<ports::GuestAddress> addresses;
  EXPECT_TRUE(await_that(loop_, [&] {
    addresses =
        await(loop_, hypervisor_.addresses(uri("lab1"), "vm")).value_or(std::vector<ports::GuestAddress>());
    return !addresses.empty();
  }));
  EXPECT_THAT(addresses,
              ElementsAre(::testing::Field(&ports::GuestAddress::text, ::testing::StartsWith("10.214.7."))));
  EXPECT_TRUE(addresses.front().is_leased);
  lab().remove_guests();
  lab().shell("lab1", "virsh net-destroy leases");
}

TEST_F(VmLife, SaysWhatAHostOffers) {
  const auto capacity = await(loop_, hypervisor_.capacity(uri("lab1")));
  ASSERT_TRUE(capacity) << capacity.error().message;
  EXPECT_GT(capacity->free_memory_bytes, 128ULL << 20);
  EXPECT_LT(capacity->free_memory_bytes, capacity->memory_bytes);
}

}  // namespace
}  // namespace attune::test
