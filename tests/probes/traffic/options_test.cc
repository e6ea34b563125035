// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/options.h"

#include <gtest/gtest.h>

namespace attune::probes {
namespace {

Result<Options> parse(std::vector<std::string> more) {
  more.insert(more.begin(), {"/dev/stdout", "sensor1"});
  return parse_options(more);
}

std::string refusal(const std::string& argument) {
  const auto options = parse({argument});
  return options ? "taken" : options.error().message;
}

TEST(Options, HaveDefaults) {
  const auto options = parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->period, 30);
  EXPECT_EQ(options->bounds.peers, 1024u);
  EXPECT_TRUE(options->wants("vnet12"));
  EXPECT_FALSE(options->wants("eth0"));
}

TEST(Options, AreTaken) {
  const auto options = parse({"period=5min", "interface=v0=52:54:00:aa:bb:01",
                              "servers=10.0.0.9,nas.example,fd00::9", "peers=7", "table=99", "via=ring"});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->period, 300);
  EXPECT_EQ(options->interfaces.at("v0"), (Mac{0x52, 0x54, 0, 0xaa, 0xbb, 1}));
  EXPECT_EQ(options->servers.size(), 2u);
  EXPECT_EQ(options->server_names, std::vector<std::string>{"nas.example"});
  EXPECT_FALSE(options->wants("vnet0")) << "one that is named stands instead of the pattern";
  EXPECT_EQ(options->via, Options::Via::kRing);
}

TEST(Options, WithoutServersNameNone) {
  const auto options = parse({"servers="});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_TRUE(options->servers.empty());
}

TEST(Options, SayWhatIsWrong) {
  EXPECT_EQ(refusal("period=7s"),
            "'period=7s': must be from 1s to 1h and divide the day, such as 30s or 5min");
  EXPECT_EQ(refusal("peers=0"), "'peers=0': must be a number from 1 to 65536");
  EXPECT_EQ(refusal("peers=1x"), "'peers=1x': must be a number from 1 to 65536");
  EXPECT_EQ(refusal("servers=10.0.0"),
            "'servers=10.0.0': '10.0.0' is neither an IP address nor a host's name, such as 10.0.0.200");
  EXPECT_EQ(refusal("interface=v0"), "'interface=v0': write interface=NAME=MAC");
  EXPECT_EQ(
      refusal("interface=v0=52:54:00:aa:bb:0"),
      "'interface=v0=52:54:00:aa:bb:0': '52:54:00:aa:bb:0' is no MAC address, such as 52:54:00:aa:bb:01");
  EXPECT_EQ(refusal("via=pcap"), "'via=pcap': must be auto, ebpf or ring");
  EXPECT_EQ(refusal("fast"), "'fast': options are written key=value");
  EXPECT_EQ(refusal("speed=1"), "'speed=1': there is no such option");
}

TEST(Options, ASensorsNameMustFitIntoALine) {
  EXPECT_FALSE(parse_options(std::vector<std::string>{"/dev/stdout", "a b"}));
  EXPECT_FALSE(parse_options(std::vector<std::string>{"/dev/stdout"}));
}

}  // namespace
}  // namespace attune::probes
