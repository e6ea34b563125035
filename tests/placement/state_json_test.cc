// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/state_json.h"

#include <gtest/gtest.h>

namespace attune::placement {
namespace {

std::vector<std::string> places_of(std::string_view json) {
  std::vector<std::string> all;
  for (const Finding& one : read_state(json).findings) {
    EXPECT_FALSE(one.message.empty());
    EXPECT_FALSE(one.hint.empty());
    all.push_back(one.place);
  }
  return all;
}
using Places = std::vector<std::string>;

std::string state_with(const std::string& vm) {
  return R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8}],
             "hosts": [{"name": "h", "site": "s", "cores": 4, "memory_mib": 1024}], "vms": [)" +
         vm + "]}";
}

TEST(ReadState, UnitsBecomeBytesAndSeconds) {
  const ReadState read =
      read_state(state_with(R"({"name": "v", "cores": 1, "memory_mib": 2, "dirty_mib_s": 1, "host": "h"})"));
  ASSERT_TRUE(read.findings.empty());
  EXPECT_EQ(read.state.sites[0].bandwidth, 1e6);
  EXPECT_EQ(read.state.vms[0].memory, 2 * 1024 * 1024);
  EXPECT_EQ(read.state.vms[0].host, 0u);
}

TEST(ReadState, AHostMayBeInUseAnywayUnlessItIsOff) {
  const auto state = [](const std::string& more) {
    return R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8}], "vms": [],
               "hosts": [{"name": "h", "site": "s", "cores": 4, "memory_mib": 1024)" +
           more + "}]}";
  };
  EXPECT_FALSE(read_state(state("")).state.hosts[0].is_in_use);
  const ReadState read = read_state(state(R"(, "in_use": true)"));
  EXPECT_TRUE(read.findings.empty());
  EXPECT_TRUE(read.state.hosts[0].is_in_use);
  EXPECT_EQ(places_of(state(R"(, "in_use": true, "power": "off")")), Places{"/hosts/0/in_use"});
  EXPECT_EQ(places_of(state(R"(, "in_use": "yes")")), Places{"/hosts/0/in_use"});
}

TEST(ReadState, WhatIsNoJsonIsSaid) {
  EXPECT_EQ(places_of("{"), Places{""});
}

TEST(ReadState, AnotherVersionIsRefused) {
  EXPECT_EQ(places_of(R"({"version": 2, "objectives": ["cost"], "sites": [], "hosts": [], "vms": []})")[0],
            "/version");
}

TEST(ReadState, AnUnknownHostIsToldWithItsPlace) {
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 2, "host": "x"})")),
            Places{"/vms/0/host"});
}

TEST(ReadState, AnUnknownFieldIsRefused) {
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 2, "hosst": "h"})")),
            Places{"/vms/0/hosst"});
}

TEST(ReadState, NoNameIsEmpty) {
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 2, "host": ""})")),
            Places{"/vms/0/host"});
}

// Nothing is told of v, which is whom the lines would be of if the unknown were the first that there is.
TEST(ReadState, OfWhoIsUnknownNothingElseIsTold) {
  const std::string vm = R"({"name": "v", "cores": 1, "memory_mib": 2}], "traffic": [)";
  EXPECT_EQ(places_of(state_with(vm + R"({"from": "x", "to": "y"})")),
            (Places{"/traffic/0/from", "/traffic/0/to"}));
  EXPECT_EQ(places_of(state_with(vm + R"({"from": "x", "to": ""})")),
            (Places{"/traffic/0/from", "/traffic/0/to"}));
}

TEST(ReadState, OfAListThatIsTooLongNothingElseIsTold) {
  std::string vms = R"({"name": "v", "cores": 1, "memory_mib": 2, "host": "h"})";
  for (size_t i = 0; i < kMaxVms; ++i) vms += ",{}";
  vms += R"(], "traffic": [{"from": "v", "to": "v"})";
  EXPECT_EQ(places_of(state_with(vms)), Places{"/vms"});
}

TEST(ReadState, WhatIsMissingAndWhatIsOfAnotherKindIsTold) {
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": "1"})")),
            (Places{"/vms/0/cores", "/vms/0/memory_mib"}));
}

}  // namespace
}  // namespace attune::placement
