// SPDX-License-Identifier: Apache-2.0
// A period's report as event lines.
#include "probes/traffic/report.h"

#include <gtest/gtest.h>

namespace attune::probes {
namespace {

constexpr Mac kOne = {0x52, 0x54, 0, 0xaa, 0xbb, 1};

Peer peer(unsigned char a, unsigned char b, std::uint64_t messages, std::uint64_t bytes) {
  return {{TRAFFIC_IPV4, 0, {}, {10, 0, a, b}}, {messages, bytes}};
}

Report report(std::vector<VmReport> vms) {
  return {{1764442800, 30, false}, "ebpf", std::move(vms)};
}

TEST(Report, OfNoVmStillClosesThePeriod) {
  const ReportLines written = lines_of("s", report({}));
  EXPECT_TRUE(written.lines.empty());
  EXPECT_EQ(written.closing, "traffic_period s period=1764442800 seconds=30 vms=0 lines=0 via=ebpf");
}

TEST(Report, TellsAVmInOneLine) {
  VmReport vm{kOne, false, {}};
  vm.count.from = {peer(0, 2, 120, 98000), peer(0, 3, 4, 240)};
  vm.count.own = {{TRAFFIC_IPV4, 0, {}, {10, 0, 0, 1}}};
  vm.count.rest = {12, {40, 3000}};
  vm.count.to = {peer(0, 200, 9, 9000)};
  const ReportLines written = lines_of("s", report({vm}));
  ASSERT_EQ(written.lines.size(), 1u);
  EXPECT_EQ(
      written.lines[0],
      "traffic s period=1764442800 seconds=30 vm=52:54:00:aa:bb:01 own=\"10.0.0.1\" rest=\"12 40 3000\" "
      "from=\"10.0.0.2 120 98000;10.0.0.3 4 240\" to=\"10.0.0.200 9 9000\"\n");
}

TEST(Report, SaysWhatIsAPart) {
  Report of_part = report({{kOne, true, {}}});
  of_part.period.is_part = true;
  const ReportLines written = lines_of("s", of_part);
  EXPECT_EQ(written.lines[0],
            "traffic s period=1764442800 seconds=30 vm=52:54:00:aa:bb:01 part=true from=\"\"\n");
  EXPECT_EQ(written.closing,
            "traffic_period s period=1764442800 seconds=30 vms=1 lines=1 via=ebpf part=true");
}

TEST(Report, ManySendersHaveSeveralLinesThatFit) {
  VmReport vm{kOne, false, {}};
  for (unsigned i = 0; i < 1000; ++i)
    vm.count.from.push_back(
        peer(static_cast<unsigned char>(i / 250), static_cast<unsigned char>(i % 250), ~0ull, ~0ull));
  vm.count.own = {{TRAFFIC_IPV4, 0, {}, {10, 0, 0, 1}}};
  const ReportLines written = lines_of("s", report({vm}));
  std::size_t entries = 0;
  for (const std::string& line : written.lines) {
    EXPECT_LE(line.size(), kLineMost);
    if (&line != &written.lines.back()) {
      EXPECT_GT(line.size(), 4000u) << "it had room for more";
    }
    EXPECT_EQ(line.find("own=") != std::string::npos, &line == &written.lines.front());
    for (std::size_t at = line.find("10.0."); at != std::string::npos; at = line.find("10.0.", at + 1))
      ++entries;
  }
  EXPECT_EQ(entries, 1001u) << "each sender once, and the own address";
}

TEST(Report, SaysHowManyWereLost) {
  const ReportLines written = lines_of("s", report({}));
  EXPECT_EQ(written.with_closing(3).back(), written.closing + " lost=3\n");
  EXPECT_EQ(written.with_closing(0).back(), written.closing + "\n");
}

TEST(Addresses, AreWrittenShort) {
  traffic_address address{TRAFFIC_IPV6, 0, {}, {0x20, 1, 0x0d, 0xb8}};
  address.bytes[15] = 1;
  EXPECT_EQ(text_of(address), "2001:db8::1");
  EXPECT_EQ(text_of(kOne), "52:54:00:aa:bb:01");
}

}  // namespace
}  // namespace attune::probes
