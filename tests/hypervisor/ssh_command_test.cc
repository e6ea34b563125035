// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/ssh_command.h"

#include <gmock/gmock.h>

#include "tests/support/temp_dir.h"

namespace attune::hypervisor {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SshCommand : public ::testing::Test {
 protected:
  std::string complete(const std::string& uri) {
    const auto made = with_ssh_command(uri, dir_.path(), {std::chrono::seconds(5), 2});
    EXPECT_TRUE(made);
    return made ? *made : "";
  }
  // What the script that the URI names says.
  std::string script(const std::string& uri) {
    const std::string full = complete(uri);
    const std::string mark = "command=" + dir_.path().string() + "/";
    return dir_.read(full.substr(full.find(mark) + mark.size()));
  }

  test::TempDir dir_;
};

TEST_F(SshCommand, IsGivenToWhatGoesBySshAndHasNone) {
  EXPECT_THAT(complete("qemu+ssh://root@lab1/system"), StartsWith("qemu+ssh://root@lab1/system?command=/"));
  for (const std::string uri : {"qemu:///system", "qemu+libssh://root@lab1/system?known_hosts=/k",
                                "qemu+ssh://root@lab1/system?command=/own"})
    EXPECT_EQ(complete(uri), uri);
}

TEST_F(SshCommand, StandsForWhatLibvirtCannotTellSsh) {
  const std::string uri = "qemu+ssh://h/system?known_hosts=/k%20s&keyfile=/id&known_hosts_verify=normal";
  EXPECT_THAT(complete(uri), StartsWith("qemu+ssh://h/system?keyfile=/id&command=/"));
  EXPECT_THAT(script(uri), HasSubstr("-o UserKnownHostsFile='\"/k s\"'"));
  EXPECT_THAT(script(uri), HasSubstr("-o StrictHostKeyChecking=yes"));
  EXPECT_THAT(script(uri), HasSubstr("-o ServerAliveInterval=5 -o ServerAliveCountMax=2"));
}

TEST_F(SshCommand, AcceptsNewHostKeysWhereThatIsWanted) {
  EXPECT_THAT(script("qemu+ssh://h/system?known_hosts_verify=auto"),
              HasSubstr("-o StrictHostKeyChecking=accept-new"));
}

TEST_F(SshCommand, KeepsQuotesFromTheShell) {
  EXPECT_THAT(script("qemu+ssh://h/system?known_hosts=/it's"), HasSubstr("='\"/it'\\''s\"' \"$@\""));
}

TEST_F(SshCommand, KeepsTokensFromSsh) {
  EXPECT_THAT(script("qemu+ssh://h/system?known_hosts=/a%25h%22b%5Cc"),
              HasSubstr("UserKnownHostsFile='\"/a%%h\\\"b\\\\c\"'"));
  for (const std::string name : {"/a%24%7BHOME%7D", "/a%0Ab", "/a%00b"}) {
    const auto made = with_ssh_command("qemu+ssh://h/system?known_hosts=" + name, dir_.path(), {});
    ASSERT_FALSE(made) << name;
    EXPECT_THAT(made.error().message, HasSubstr("cannot be told to ssh"));
  }
}

TEST_F(SshCommand, TakesHalfOfACodeAsItIs) {
  EXPECT_THAT(script("qemu+ssh://h/system?known_hosts=/a%1z%"), HasSubstr("\"/a%%1z%%\""));
}

TEST_F(SshCommand, IsOneForAllHostsThatAreReachedAlike) {
  const std::string one = complete("qemu+ssh://h1/system?known_hosts=/k");
  const std::string other = complete("qemu+ssh://h2/system?known_hosts=/k");
  EXPECT_EQ(one.substr(one.find('?')), other.substr(other.find('?')));
  EXPECT_NE(one, other);
}

TEST_F(SshCommand, SaysWhereItCannotBeWritten) {
  const auto made = with_ssh_command("qemu+ssh://h/system", "/nonexistent", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("/nonexistent"));
}

}  // namespace
}  // namespace attune::hypervisor
