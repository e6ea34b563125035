// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/secret_source.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"
#include "tests/support/temp_dir.h"

namespace attune::control {
namespace {

class SecretSourceTest : public ::testing::Test {
 protected:
  SecretSourceTest() {
    project_ = attune::testing::ProjectBuilder()
                   .family("lab", {"lab1"})
                   .component("database", "lab")
                   .attribute("password", model::Type::kSecret, model::Value(model::Secret{"/etc/shop/db"}))
                   .component("cache", "lab")
                   .attribute("token", model::Type::kSecret, model::Value(model::Secret{"credential:cache"}))
                   .component("vm", "lab")
                   .attribute("identity_file", model::Type::kString)
                   .build();
    project_.directory = "/srv/shop";
    project_.settings["control.key"] = "/etc/shop/manager.key";
    project_.families[0].identity_file = "/etc/shop/id_ed25519";
  }
  bool may(const std::string& name, const std::string& source) const {
    for (const model::Class& of : project_.classes)
      if (const model::Attribute* attribute = of.find_attribute(name))
        return may_come_from(system(), *attribute, {source}).has_value();
    return false;
  }

  // One machine, which logs in with this.
  system::System system(const std::string& identity_file = "/etc/shop/id_guest") const {
    system::System made(project_);
    (void)made.apply(system::ComponentCreated{0, "vm", "vm", 1, system::kNoComponent});
    (void)made.apply(system::AttributeSet{0, "identity_file", model::Value(identity_file)});
    return made;
  }

  model::Project project_;
};

TEST_F(SecretSourceTest, IsWhatTheProjectNamesForSomeSecret) {
  EXPECT_TRUE(may("password", "/etc/shop/db"));
  EXPECT_TRUE(may("password", "credential:cache"));
  EXPECT_TRUE(may("token", "/etc/shop/db"));
  EXPECT_FALSE(may("token", "credential:tls-key"));
  EXPECT_FALSE(may("password", "env:AWS_SECRET_ACCESS_KEY"));
}

TEST_F(SecretSourceTest, MayBeAFileBesideTheOneThatIsNamed) {
  EXPECT_TRUE(may("password", "/etc/shop/new"));
  EXPECT_FALSE(may("password", "/etc/shadow"));
  EXPECT_FALSE(may("password", "/etc/shop/../shadow"));
  EXPECT_FALSE(may("password", "/etc/shop/deeper/db"));
  EXPECT_FALSE(may("token", "/etc/shop/new")) << "its own is no file";
}

TEST_F(SecretSourceTest, IsNoneOfTheManagersOwnFiles) {
  EXPECT_FALSE(may("password", "/etc/shop/manager.key"));
  EXPECT_FALSE(may("password", "/etc/shop/id_ed25519"));
  EXPECT_FALSE(may("password", "/etc/shop/id_guest")) << "a machine's attribute";
}

// Regression: what one side wrote with `~/` and the other without was not seen to be the same file.
TEST_F(SecretSourceTest, IsNoneOfTheManagersOwnFilesHoweverWritten) {
  ::setenv("HOME", "/home/me", 1);                           // NOLINT(concurrency-mt-unsafe): one thread
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);  // NOLINT(concurrency-mt-unsafe)
  const auto named = [&](const char* source) {
    project_.classes[0].attributes[0].value = model::Value(model::Secret{source});
  };
  project_.families[0].identity_file = "/home/me/keys/lab";
  project_.settings["control.key"] = "/home/me/keys/../keys/tls";
  project_.settings["control.tokens"] = "credential:tokens";
  named("~/keys/db");
  EXPECT_TRUE(may("password", "~/keys/new"));
  EXPECT_TRUE(may("password", "/home/me/keys/new"));
  EXPECT_FALSE(may("password", "~/keys/lab"));
  EXPECT_FALSE(may("password", "~/keys/tls"));
  named("/run/credentials/db");
  EXPECT_FALSE(may("password", "/run/credentials/tokens"));
  named("~/.ssh/db");
  EXPECT_FALSE(may("password", "~/.ssh/id_rsa")) << "tried where no key is named";
  named("/srv/shop/db");
  EXPECT_FALSE(may_come_from(system("id_guest"), project_.classes[0].attributes[0], {"/srv/shop/id_guest"}));
}

TEST_F(SecretSourceTest, IsNoLinkToAFileOfTheManagers) {
  test::TempDir dir;
  dir.write("key", "");
  std::filesystem::create_hard_link(dir / "key", dir / "linked");
  project_.settings["control.key"] = dir / "key";
  project_.classes[0].attributes[0].value = model::Value(model::Secret{dir / "db"});
  EXPECT_FALSE(may("password", dir / "linked"));
}

TEST_F(SecretSourceTest, IsRefusedWithWhatToDo) {
  const auto refused =
      may_come_from(system(), *project_.classes[0].find_attribute("password"), {"/etc/shadow"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("then `attune reload`"));
}

}  // namespace
}  // namespace attune::control
