// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/known_hosts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"

namespace attune::transport {
namespace {

using testing::ElementsAre;
using testing::EndsWith;

class KnownHostsFile : public testing::Test {
 protected:
  KeyVerdict verdict(std::string_view content, std::string_view host = "box", uint16_t port = 22) {
    found_ = KnownHosts({dir_.write("known_hosts", content)}).check(host, port, key_);
    return found_.verdict;
  }
  test::TempDir dir_;
  HostKey key_{"ssh-ed25519", "AAAAkey"};
  KeyCheck found_;
};

TEST_F(KnownHostsFile, KnowsAKey) {
  EXPECT_EQ(verdict("box ssh-ed25519 AAAAkey a comment\n"), KeyVerdict::kKnown);
  EXPECT_EQ(verdict("other,BOX\tssh-ed25519  AAAAkey\r\n"), KeyVerdict::kKnown);
  EXPECT_EQ(verdict("b?x ssh-ed25519 AAAAkey"), KeyVerdict::kKnown);
}

TEST_F(KnownHostsFile, NamesTheLineOfAChangedKey) {
  EXPECT_EQ(verdict("# mine\n\nbox ssh-ed25519 AAAAother\n"), KeyVerdict::kChanged);
  EXPECT_THAT(found_.where, EndsWith("/known_hosts:3"));
}

TEST_F(KnownHostsFile, TakesAKeyOfAnotherTypeForAChange) {
  EXPECT_EQ(verdict("box ssh-rsa AAAArsa\n"), KeyVerdict::kChanged);
}

TEST_F(KnownHostsFile, KnowsAKeyThatStandsBesideAnOlderOne) {
  EXPECT_EQ(verdict("box ssh-ed25519 AAAAold\nbox ssh-ed25519 AAAAkey\n"), KeyVerdict::kKnown);
}

TEST_F(KnownHostsFile, DoesNotKnowAnotherHost) {
  EXPECT_EQ(verdict("boxes,!box,b*x ssh-ed25519 AAAAkey\n"), KeyVerdict::kUnknown);
  EXPECT_EQ(verdict("[b]ox ssh-ed25519 AAAAkey\n"), KeyVerdict::kUnknown);
  EXPECT_EQ(verdict(""), KeyVerdict::kUnknown);
}

TEST_F(KnownHostsFile, TellsPortsApart) {
  EXPECT_EQ(verdict("[box]:2222 ssh-ed25519 AAAAkey\n", "box", 2222), KeyVerdict::kKnown);
  EXPECT_EQ(verdict("[box]:2222 ssh-ed25519 AAAAkey\n", "box", 2223), KeyVerdict::kUnknown);
  EXPECT_EQ(verdict("[box]:2222 ssh-ed25519 AAAAkey\n", "box", 22), KeyVerdict::kUnknown);
  EXPECT_EQ(verdict("box ssh-ed25519 AAAAkey\n", "box", 2222), KeyVerdict::kKnown);
  EXPECT_EQ(verdict("box ssh-ed25519 AAAAother\n", "box", 2222), KeyVerdict::kUnknown);
}

TEST_F(KnownHostsFile, RefusesARevokedKeyWhateverElseIsSaid) {
  EXPECT_EQ(verdict("box ssh-ed25519 AAAAkey\n@revoked * ssh-ed25519 AAAAkey\n"), KeyVerdict::kRevoked);
  EXPECT_EQ(verdict("@revoked * ssh-ed25519 AAAAother\n"), KeyVerdict::kUnknown);
}

TEST_F(KnownHostsFile, SaysWhenOnlyAnAuthorityVouches) {
  EXPECT_EQ(verdict("@cert-authority *.lab,box ssh-ed25519 AAAAca\n"), KeyVerdict::kAuthorityOnly);
  EXPECT_EQ(verdict("@cert-authority *.lab ssh-ed25519 AAAAca\n"), KeyVerdict::kUnknown);
  EXPECT_EQ(verdict("@cert-authority box ssh-ed25519 AAAAca\nbox ssh-ed25519 AAAAkey\n"), KeyVerdict::kKnown);
}

TEST_F(KnownHostsFile, KnowsNamesHashedByOpenSsh) {
  dir_.write("known_hosts",
             "box ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS\n");
  test::run_program({"/usr/bin/ssh-keygen", "-q", "-H", "-f", dir_ / "known_hosts"});
  ASSERT_THAT(dir_.read("known_hosts"), testing::StartsWith("|1|"));
  const KnownHosts hosts({dir_ / "known_hosts"});
  key_.base64 = "AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS";
  EXPECT_EQ(hosts.check("box", 22, key_).verdict, KeyVerdict::kKnown);
  EXPECT_EQ(hosts.check("fox", 22, key_).verdict, KeyVerdict::kUnknown);
}

TEST_F(KnownHostsFile, LearnsAKeyIntoAFileThatOnlyTheUserReads) {
  const KnownHosts hosts({dir_ / "new/known_hosts"});
  ASSERT_TRUE(hosts.learn("Box", 2222, key_));
  EXPECT_EQ(dir_.read("new/known_hosts"), "[box]:2222 ssh-ed25519 AAAAkey\n");
  EXPECT_EQ(hosts.check("box", 2222, key_).verdict, KeyVerdict::kKnown);
  const auto mode = std::filesystem::status(dir_ / "new/known_hosts").permissions();
  EXPECT_EQ(mode & std::filesystem::perms::mask, std::filesystem::perms(0600));
}

TEST_F(KnownHostsFile, LearnsOnALineOfItsOwn) {
  const KnownHosts hosts({dir_.write("known_hosts", "other ssh-ed25519 AAAAold")});
  ASSERT_TRUE(hosts.learn("box", 22, key_));
  EXPECT_EQ(hosts.check("box", 22, key_).verdict, KeyVerdict::kKnown);
}

TEST_F(KnownHostsFile, AsksForTheKindsOfKeyThatItKnows) {
  const KnownHosts hosts({dir_.write("known_hosts",
                                     "box ssh-rsa AAAA1\nfox ssh-dss AAAA2\n@revoked box ssh-x AAAA3\n"
                                     "box ssh-ed25519 AAAA4\nbox ssh-rsa AAAA5\n")});
  EXPECT_THAT(hosts.types_for("box", 22), ElementsAre("ssh-rsa", "ssh-ed25519"));
}

}  // namespace
}  // namespace attune::transport
