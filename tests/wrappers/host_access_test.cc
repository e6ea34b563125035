// SPDX-License-Identifier: Apache-2.0
#include "wrappers/host_access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"

namespace attune::wrappers {
namespace {

using ::testing::HasSubstr;

model::Project site() {
  using model::Type;
  model::Project made = attune::testing::ProjectBuilder()
                            .family("lab", {"lab1"})
                            .component("vm", "lab")
                            .attribute("address", Type::kString)
                            .attribute("user", Type::kString)
                            .attribute("accept_new_host_keys", Type::kBool)
                            .component("app", "vm")
                            .build();
  made.name = "shop";
  model::HostFamily& lab = made.families.front();
  lab.user = "operator";
  lab.port = 2222;
  lab.identity_file = "/keys/id";
  lab.known_hosts = "/keys/known";
  lab.dirlocal = "/srv/attune";
  lab.hosts.front().address = "10.0.0.1";
  return made;
}

model::Value text(const char* written) {
  return model::Value(std::string(written));
}

class HostAccessTest : public ::testing::Test {
 protected:
  HostAccessTest() {
    apply(system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent});
    apply(system::ComponentCreated{1, "app", "app", 1, system::kNoComponent});
    apply(system::HostAssigned{0, "lab1"});
    apply(system::HostAssigned{1, "vm"});
  }
  void apply(const system::Change& change) { ASSERT_TRUE(system_.apply(change)); }
  Result<HostAccess> access(const std::string& component) {
    return access_to_host_of(system_, *system_.find(component));
  }

  model::Project project_ = site();
  system::System system_{project_};
};

TEST_F(HostAccessTest, IsWhatTheFamilySays) {
  const HostAccess found = access("vm").value();
  EXPECT_EQ(found.target.name, "lab1");
  EXPECT_EQ(found.target.address, "10.0.0.1");
  EXPECT_EQ(found.target.user, "operator");
  EXPECT_EQ(found.target.port, 2222);
  EXPECT_EQ(found.target.identity_file, "/keys/id");
  EXPECT_EQ(found.target.known_hosts, "/keys/known");
  EXPECT_EQ(directory_of(found, *system_.find("vm")), "/srv/attune/shop/components/vm");
  EXPECT_EQ(run_directory_of(found, *system_.find("vm")), "/srv/attune/shop/run/vm");
}

TEST_F(HostAccessTest, KeepsProjectsApartThatShareADirectory) {
  EXPECT_EQ(access("vm")->folder, "/srv/attune/shop");
  project_.name = "bakery";
  EXPECT_EQ(access("vm")->folder, "/srv/attune/bakery");
}

TEST_F(HostAccessTest, NeedsTheAddressOfAMachineThatOthersLiveIn) {
  EXPECT_EQ(access("app").error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(access("app").error().message, HasSubstr("vm has no address yet"));
}

TEST_F(HostAccessTest, OfAMachineIsWhatItsAttributesSay) {
  apply(system::AttributeSet{0, "address", model::Value(std::string("10.0.0.7/24"))});
  apply(system::AttributeSet{0, "user", model::Value(std::string("guest"))});
  apply(system::AttributeSet{0, "accept_new_host_keys", model::Value(true)});
  const HostAccess found = access("app").value();
  EXPECT_EQ(found.target.address, "10.0.0.7");
  EXPECT_EQ(found.target.user, "guest");
  EXPECT_TRUE(found.target.accept_new_host_key);
  EXPECT_EQ(found.folder, "/var/lib/attune/shop");
}

TEST_F(HostAccessTest, OfAMachineIsWhatItsTemplatesComeTo) {
  using model::Type;
  model::Project made = attune::testing::ProjectBuilder()
                            .family("lab", {"lab1"})
                            .component("vm", "lab")
                            .attribute("number", Type::kInteger, model::Value(int64_t{7}))
                            .attribute("address", Type::kString, text("10.0.0.$this.number/24"))
                            .attribute("user", Type::kString, text("of-$this.name"))
                            .attribute("identity_file", Type::kString, text("keys/$this.host.name"))
                            .attribute("known_hosts", Type::kString, text("/keys/known"))
                            .attribute("dirlocal", Type::kString, text("/srv/$this.name"))
                            .component("app", "vm")
                            .build();
  made.directory = "/project";
  system::System system(made);
  for (const system::Change& change :
       std::vector<system::Change>{system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent},
                                   system::ComponentCreated{1, "app", "app", 1, system::kNoComponent},
                                   system::HostAssigned{0, "lab1"}, system::HostAssigned{1, "vm"}})
    ASSERT_TRUE(system.apply(change));
  const HostAccess found = access_to_host_of(system, *system.find("app")).value();
  EXPECT_EQ(found.target.address, "10.0.0.7");
  EXPECT_EQ(found.target.user, "of-vm");
  EXPECT_EQ(found.target.identity_file, "/project/keys/lab1");
  EXPECT_EQ(found.target.known_hosts, "/keys/known");
  EXPECT_EQ(found.folder, "/srv/vm/" + made.name);
}

TEST_F(HostAccessTest, OfAMachineIsRootWhereNothingIsSaid) {
  apply(system::AttributeSet{0, "address", model::Value(std::string("10.0.0.7"))});
  EXPECT_EQ(access("app")->target.user, "root");
  EXPECT_FALSE(access("app")->target.accept_new_host_key);
}

TEST_F(HostAccessTest, OfWhatHasNoHostIsNone) {
  apply(system::HostAssigned{0, ""});
  EXPECT_THAT(access("vm").error().message, HasSubstr("vm has no host yet"));
}

}  // namespace
}  // namespace attune::wrappers
