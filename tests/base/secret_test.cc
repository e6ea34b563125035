// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/secret.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string guarded_file(const test::TempDir& folder, std::string_view text, unsigned mode = 0600) {
  const std::string path = folder.write("password", std::string(text));
  std::filesystem::permissions(path, std::filesystem::perms(mode));
  return path;
}

TEST(Secret, HasASourceOfOneOfFourForms) {
  for (const char* right : {"/etc/x", "~/x", "credential:db", "env:DB_1"})
    EXPECT_TRUE(check_secret_source(right)) << right;
  for (const char* wrong : {"", "/", "~/", "x", "../x", "credential:", "credential:../x", "credential:..",
                            "env:", "env:1", "env:A-B", "env:A=B", "file:/x"})
    EXPECT_FALSE(check_secret_source(wrong)) << wrong;
}

TEST(Secret, IsNotRepeatedWhereItStandsInsteadOfItsSource) {
  EXPECT_THAT(check_secret_source("hunter2").error().message,
              AllOf(HasSubstr("credential:NAME"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(read_secret("hunter2").error().message, Not(HasSubstr("hunter2")));
}

TEST(Secret, IsReadWithoutItsLineEnd) {
  const test::TempDir folder;
  EXPECT_EQ(*read_secret(guarded_file(folder, "two\nlines\n")), "two\nlines");
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
  EXPECT_EQ(*read_secret("credential:password"), "two\nlines");
  ::unsetenv("CREDENTIALS_DIRECTORY");          // NOLINT(concurrency-mt-unsafe)
  ::setenv("ATTUNE_TEST_SECRET", " word ", 1);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(*read_secret("env:ATTUNE_TEST_SECRET"), "word");
  ::unsetenv("ATTUNE_TEST_SECRET");  // NOLINT(concurrency-mt-unsafe)
}

TEST(Secret, ThatCannotBeReadIsNamedByItsSource) {
  const test::TempDir folder;
  EXPECT_THAT(read_secret("env:ATTUNE_NOT_SET").error().message, HasSubstr("'env:ATTUNE_NOT_SET'"));
  EXPECT_THAT(read_secret("credential:db").error().message,
              AllOf(HasSubstr("'credential:db'"), HasSubstr("CREDENTIALS_DIRECTORY is not set")));
  EXPECT_EQ(read_secret(folder / "none").error().code, ErrorCode::kNotFound);
  const std::string open = guarded_file(folder, "hunter2", 0644);
  EXPECT_THAT(read_secret(open).error().message, AllOf(HasSubstr("chmod 0600"), Not(HasSubstr("hunter2"))));
  EXPECT_THAT(read_secret(guarded_file(folder, " \n")).error().message, HasSubstr("is empty"));
}

}  // namespace
}  // namespace attune
