// SPDX-License-Identifier: Apache-2.0
#include "wrappers/hypervisor_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::wrappers {
namespace {

using ::testing::HasSubstr;

class HypervisorAccessTest : public ::testing::Test {
 protected:
  HypervisorAccessTest() {
    project_ = attune::testing::ProjectBuilder()
                   .family("lab", {"lab1"})
                   .component("vm", "lab")
                   .component("app", "vm")
                   .build();
    lab().known_hosts = "/keys/known hosts";
    lab().hosts.front().address = "fe80::1";
  }
  model::HostFamily& lab() { return project_.families.front(); }
  std::string uri() {
    const system::System system(project_);
    return hypervisor_uri(system, *system.find_host("lab1")).value();
  }

  model::Project project_;
};

TEST_F(HypervisorAccessTest, GoesOverSshAsCommandsDo) {
  lab().user = "operator";
  lab().port = 2222;
  lab().identity_file = "/keys/id";
  EXPECT_EQ(uri(),
            "qemu+ssh://operator@[fe80::1]:2222/system?known_hosts_verify=normal"
            "&known_hosts=/keys/known%20hosts&keyfile=/keys/id");
}

TEST_F(HypervisorAccessTest, LearnsNewHostKeysOnlyWhereThatIsAllowed) {
  lab().accept_new_host_keys = true;
  EXPECT_THAT(uri(), HasSubstr("known_hosts_verify=auto"));
}

TEST_F(HypervisorAccessTest, OfThisMachineIsItsOwn) {
  lab().protocol = Protocol::kLocal;
  EXPECT_EQ(uri(), "qemu:///system");
}

TEST_F(HypervisorAccessTest, IsWhatTheFamilyNames) {
  lab().hypervisor = "qemu+ssh://{user}@{address}/system?name={name}{name}";
  lab().user = "root";
  EXPECT_EQ(uri(), "qemu+ssh://root@[fe80::1]/system?name=lab1lab1");
}

TEST_F(HypervisorAccessTest, OfAMachineInsideAHostIsNone) {
  system::System system(project_);
  ASSERT_TRUE(system.apply(system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent}));
  EXPECT_THAT(hypervisor_uri(system, *system.find_host("vm")).error().message,
              HasSubstr("vm is a virtual machine itself"));
}

TEST(PercentEncoded, LeavesPlainTextAlone) {
  EXPECT_EQ(percent_encoded("/a-b_c.d~1"), "/a-b_c.d~1");
  EXPECT_EQ(percent_encoded("a b&c=\xc3\xa9%"), "a%20b%26c%3D%C3%A9%25");
}

}  // namespace
}  // namespace attune::wrappers
