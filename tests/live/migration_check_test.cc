// SPDX-License-Identifier: Apache-2.0
// What stands in a migration's way is found before it begins, and told in one line.
#include "tests/live/vm_fixture.h"

#include <fmt/format.h>

namespace attune::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class MigrationCheck : public VmTest {
 protected:
  ~MigrationCheck() override { EXPECT_EQ(who_has(), "lab1"); }

  static hypervisor::DomainSpec with_disk(const std::string& path) {
    auto vm = spec();
    vm.disks = {{.path = path, .format = "raw"}};
    return vm;
  }
  static std::string with_cpu(const std::string& cpu) {
    std::string xml = hypervisor::domain_xml(spec()).value();
    return xml.insert(xml.find("<clock"), cpu);
  }
  // What is said while the target's libvirt thinks differently of its QEMU. It keeps what it knows in $qemu.
  // Where it takes its host for another one, as happens in a virtual machine, it asks QEMU anew: then once
  // more, until `is_kept`.
  Error refusal_with(const std::string& change, const std::string& undo,
                     const std::string& is_kept = "true") {
    const std::string folder = "qemu=/var/cache/libvirt/qemu/capabilities; ";
    lab().shell("lab2", folder + "cp -a $qemu /tmp/known");
    for (int i = 0; i < 10; ++i) {
      lab().kill_libvirtd("lab2");
      lab().shell("lab2", folder + change);
      lab().start_libvirtd("lab2");
      const std::string asked = "virsh domcapabilities --virttype qemu >/dev/null 2>&1; ";
      if (lab().shell("lab2", folder + asked + "if " + is_kept + "; then echo kept; fi") == "kept\n") break;
    }
    Error error = refusal();
    lab().kill_libvirtd("lab2");
    lab().shell("lab2", folder + undo + "; rm -r $qemu; mv /tmp/known $qemu");
    lab().start_libvirtd("lab2");
    return error;
  }
  bool is_possible() {
    const auto possible = await(loop_, hypervisor_.check_migration(request()));
    EXPECT_TRUE(possible) << possible.error().message;
    return possible.has_value();
  }
};

TEST_F(MigrationCheck, FindsNothingWhereNothingIs) {
  boot();
  EXPECT_TRUE(is_possible());
}

TEST_F(MigrationCheck, TooLittleMemory) {
  const auto there = await(loop_, hypervisor_.capacity(uri("lab2")));
  ASSERT_TRUE(there);
  auto vm = spec();
  vm.memory_bytes =
      (there->free_memory_bytes + there->memory_bytes) / 2 / 4096 * 4096;  // it touches little of it
  lab().remove_guests();
  const auto booted = await(loop_, hypervisor_.boot(uri("lab1"), hypervisor::domain_xml(vm).value()));
  ASSERT_FALSE(booted);
  EXPECT_EQ(booted.error().code, ErrorCode::kNoSpace);
  EXPECT_THAT(booted.error().message, AllOf(HasSubstr("vm needs "), HasSubstr(" MiB free")));
  lab().shell("lab1", "virsh start vm");  // somebody who knows better
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::kNoSpace);
  EXPECT_THAT(error.message, AllOf(HasSubstr("vm needs "), HasSubstr(" MiB free")));
  lab().remove_guests();
  boot();
}

TEST_F(MigrationCheck, ADiskThatTheTargetDoesNotReach) {
  lab().shell("lab1", "mkdir -p /srv/own && truncate -s 1M /srv/own/disk.raw");
  boot("lab1", with_disk("/srv/own/disk.raw"));
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("does not reach /srv/own/disk.raw"));
}

TEST_F(MigrationCheck, ADiskThatIsAnotherOneOnTheTarget) {
  for (const std::string& host : lab().hosts())
    lab().shell(host, "mkdir -p /srv/own && truncate -s 1M /srv/own/disk.raw");
  boot("lab1", with_disk("/srv/own/disk.raw"));
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("put it on storage that both reach"));
}

TEST_F(MigrationCheck, ADiskOnSharedStorageIsNoObstacle) {
  lab().shell("lab1", "truncate -s 1M /srv/lab/disk.raw");
  boot("lab1", with_disk("/srv/lab/disk.raw"));
  EXPECT_TRUE(is_possible());
  EXPECT_EQ(migrate()->where, Where::kTarget);
  EXPECT_EQ(migrate(request("lab2", "lab1"))->where, Where::kTarget);
}

TEST_F(MigrationCheck, ANameThatIsTaken) {
  boot();
  lab().shell("lab2",
              "virsh define /dev/stdin <<< \"<domain type='qemu'><name>vm</name><memory>65536</memory>"
              "<os><type>hvm</type></os></domain>\"");
  const Error error = refusal();
  EXPECT_EQ(error.code, ErrorCode::kExists);
  EXPECT_THAT(error.message, HasSubstr("already has a domain vm with another UUID"));
}

TEST_F(MigrationCheck, ItsOwnDefinitionLeftOnTheTargetIsNoObstacle) {
  boot();
  lab().shell("lab2", fmt::format("virsh define /dev/stdin <<'XML'\n{}\nXML",
                                  hypervisor::domain_xml(spec()).value()));
  EXPECT_TRUE(is_possible());
}

TEST_F(MigrationCheck, AProcessorThatOffersLess) {
  boot_xml("lab1", with_cpu("<cpu mode='custom' match='exact' check='partial'>"
                            "<model fallback='forbid'>Nehalem</model></cpu>"));
  EXPECT_TRUE(is_possible());
  // The target's libvirt believes that its QEMU lacks an instruction set of that model.
  const Error error = refusal_with("sed -i \"/name='sse4.2'/s/true/false/\" $qemu/*.xml", "true",
                                   "! grep -q \"name='sse4.2'.*true\" $qemu/*.xml");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, AllOf(HasSubstr("the processor of"), HasSubstr("choose a common CPU model")));
}

TEST_F(MigrationCheck, AMachineThatTheTargetHasNot) {
  boot();
  const Error error = refusal_with("mount --bind /bin/false /usr/bin/qemu-system-x86_64",
                                   "umount /usr/bin/qemu-system-x86_64");
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("cannot run a qemu machine"));
}

TEST_F(MigrationCheck, ATargetThatIsTheSourceItself) {
  boot();
  ports::MigrationRequest same = request();
  same.to_uri = fmt::format("qemu+ssh://root@lab1/system?command={}", lab().path("ssh"));
  const Error error = refusal(same);
  EXPECT_EQ(error.code, ErrorCode::kInvalid);
  EXPECT_THAT(error.message, HasSubstr("are the same host to libvirt"));
}

TEST_F(MigrationCheck, AHostKeyThatIsNotKnown) {
  boot();
  ports::MigrationRequest unknown = request();
  unknown.to_uri.replace(unknown.to_uri.find("known_hosts="), std::string::npos, "known_hosts=/dev/null");
  const Error error = refusal(unknown);
  EXPECT_EQ(error.code, ErrorCode::kDenied);
}

TEST_F(MigrationCheck, ATargetThatDoesNotAnswer) {
  boot();
  lab().cut("lab2");
  EXPECT_EQ(refusal().code, ErrorCode::kUnreachable);
}

}  // namespace
}  // namespace attune::test
