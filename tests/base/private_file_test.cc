// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/private_file.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace attune {
namespace {

using ::testing::HasSubstr;

TEST(PrivateFile, LiesWhereItIsSaidTo) {
  ::setenv("HOME", "/home/me", 1);                           // NOLINT(concurrency-mt-unsafe): one thread
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);  // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(*find_private_file("/etc/x"), "/etc/x");
  EXPECT_EQ(*find_private_file("~/x/y"), "/home/me/x/y");
  EXPECT_EQ(*find_private_file("credential:key"), "/run/credentials/key");
  for (const char* wrong : {"", "x", "../x", "credential:", "credential:../x", "credential:..", "file:x"})
    EXPECT_FALSE(find_private_file(wrong)) << wrong;
  ::unsetenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe)
  EXPECT_THAT(find_private_file("credential:key").error().message,
              HasSubstr("CREDENTIALS_DIRECTORY is not set"));
}

TEST(PrivateFile, IsReadOnlyWhereItIsGuarded) {
  const test::TempDir folder;
  const std::string path = folder.write("secret", "word\n");
  const auto with_mode = [&](unsigned mode, Guard guard) {
    std::filesystem::permissions(path, std::filesystem::perms(mode));
    return read_private_file(path, guard);
  };
  for (const unsigned mode : {0400u, 0600u, 0640u}) EXPECT_EQ(*with_mode(mode, Guard::kSecret), "word\n");
  for (const unsigned mode : {0604u, 0602u, 0620u, 0666u})
    EXPECT_THAT(with_mode(mode, Guard::kSecret).error().message, HasSubstr("chmod 0600 " + path));
  EXPECT_TRUE(with_mode(0644, Guard::kUnchanged));
  EXPECT_THAT(with_mode(0664, Guard::kUnchanged).error().message, HasSubstr("chmod go-w " + path));
}

TEST(PrivateFile, IsAFileOfAFewBytes) {
  const test::TempDir folder;
  EXPECT_EQ(read_private_file(folder / "none", Guard::kSecret).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(read_private_file(folder.path().string(), Guard::kSecret));
  EXPECT_FALSE(read_private_file("/dev/zero", Guard::kUnchanged));
  const std::string large = folder.write("large", std::string((1 << 20) + 1, 'x'));
  EXPECT_THAT(read_private_file(large, Guard::kSecret).error().message, HasSubstr("longer than 1 MiB"));
}

TEST(PrivateFile, IsTakenWithoutItsLineEnd) {
  EXPECT_EQ(trimmed_secret("  word two \r\n\n"), "word two");
  EXPECT_EQ(trimmed_secret(" \n"), "");
}

}  // namespace
}  // namespace attune
