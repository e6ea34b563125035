// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/state_json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::placement {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

std::string message_of(std::string_view json) {
  const Findings found = read_state(json).findings;
  return found.size() == 1 ? found[0].place + ": " + found[0].message + " (" + found[0].hint + ")"
                           : fmt::format("{} findings", found.size());
}

TEST(ReadState, AnEmptyFileIsCalledEmpty) {
  EXPECT_THAT(message_of(""), HasSubstr("this is empty"));
  EXPECT_THAT(message_of(" \n"), HasSubstr("this is empty"));
}

TEST(ReadState, WhereTheTextIsNoJsonIsSaidByLineAndColumn) {
  const std::string told = message_of("{\"version\": 1,\n  \"sites\": [,]}");
  EXPECT_THAT(told, HasSubstr("line 2, column 13: this is not JSON: "));
  EXPECT_THAT(told, Not(HasSubstr("json.exception")));
  EXPECT_THAT(message_of("1e999"), Not(HasSubstr("json.exception")));
}

TEST(ReadState, AFieldThatIsThereTwiceIsRefusedAtAnyDepth) {
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": 1, "cores": 2, "memory_mib": 2})")),
            Places{"/vms/0/cores"});
  EXPECT_EQ(places_of(state_with(R"(], "vms": [)")), Places{"/vms"});
  EXPECT_EQ(places_of(state_with(
                R"({"name": "v", "cores": 1, "memory_mib": 2, "name": "v"}, {"a~/b": 1, "a~/b": 1})"))[1],
            "/vms/1/a~0~1b");
}

constexpr char kTwo[] =
    R"({"name": "v", "cores": 1, "memory_mib": 2}, {"name": "w", "cores": 1, "memory_mib": 2}])";

Places of_traffic(const std::string& traffic) {
  return places_of(state_with(std::string(kTwo) + R"(, "traffic": [)" + traffic));
}

TEST(ReadState, ALineOfTrafficIsThereOnceForEachDirection) {
  const std::string there = R"({"from": "v", "to": "w", "bytes_per_s": 1})",
                    back = R"({"from": "w", "to": "v", "messages_per_s": 1})";
  EXPECT_EQ(of_traffic(there + "," + back), Places{});
  EXPECT_EQ(of_traffic(there + "," + back + "," + there), Places{"/traffic/2"});
}

TEST(ReadState, TrafficOfNothingIsRefused) {
  EXPECT_EQ(of_traffic(R"({"from": "v", "to": "w"})"), Places{"/traffic/0"});
}

Places of_constraint(const std::string& constraints) {
  return places_of(state_with(std::string(kTwo) + R"(, "constraints": [)" + constraints));
}

TEST(ReadState, AConstraintHasOnlyWhatItsKindHas) {
  EXPECT_EQ(of_constraint(R"({"kind": "pin", "vms": ["v"], "hosts": ["h"], "sites": ["s"]})"),
            Places{"/constraints/0/sites"});
  EXPECT_EQ(of_constraint(R"({"kind": "pin", "vms": ["v"], "hosts": ["h"], "scope": "host"})"),
            Places{"/constraints/0/scope"});
  EXPECT_EQ(of_constraint(R"({"kind": "pin", "vms": ["v"], "hosts": ["h"], "weight": 2})"),
            Places{"/constraints/0/weight"});
  EXPECT_EQ(of_constraint(R"({"kind": "together", "vms": ["v", "w"], "weight": 2})"),
            Places{"/constraints/0/weight"});
  EXPECT_EQ(of_constraint(R"({"kind": "together", "vms": ["v", "w"], "weight": 2, "hard": false})"),
            Places{});
}

// "it pins to nothing", which it would be without the names that are wrong.
TEST(ReadState, WhatComesOfAMistakeThatIsToldIsNotTold) {
  EXPECT_EQ(of_constraint(R"({"kind": "pinn", "vms": ["v"], "hosts": ["h"]})"),
            Places{"/constraints/0/kind"});
  EXPECT_EQ(of_constraint(R"({"kind": "pin", "vms": ["v"], "hosts": ["x"]})"),
            Places{"/constraints/0/hosts/0"});
  EXPECT_EQ(of_constraint(R"({"kind": "apart", "vms": ["v", "x"]})"), Places{"/constraints/0/vms/1"});
  EXPECT_EQ(
      places_of(R"({"version": 1, "objectives": ["speed"], "sites": [{"name": "s", "bandwidth_mbit": 8}],
      "hosts": [{"name": "h", "site": "S", "cores": 4, "memory_mib": 1024}], "vms": []})"),
      (Places{"/objectives/0", "/hosts/0/site"}));
}

TEST(ReadState, TogetherWherePinsForbidItIsRefusedWithThePins) {
  const auto state = [](const std::string& scope, const std::string& site) {
    return R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8},
      {"name": "t", "bandwidth_mbit": 8}], "links": [{"a": "s", "b": "t", "latency_ms": 1, "bandwidth_mbit": 8}],
      "hosts": [{"name": "r1", "site": "s", "cores": 4, "memory_mib": 1024},
                {"name": "c1", "site": ")" +
           site +
           R"(", "cores": 4, "memory_mib": 1024}, {"name": "t1", "site": "t", "cores": 4, "memory_mib": 1024}],
      "vms": [{"name": "web", "cores": 1, "memory_mib": 2}, {"name": "store", "cores": 1, "memory_mib": 2}],
      "constraints": [{"kind": "pin", "vms": ["web"], "hosts": ["r1"]}, {"kind": "pin", "vms": ["store"],
      "hosts": ["c1"]}, {"kind": "together", "vms": ["web", "store"], "scope": ")" +
           scope + R"("}]})";
  };
  const std::string told = message_of(state("host", "s"));
  EXPECT_THAT(told, HasSubstr("/constraints/2: "));
  EXPECT_THAT(told, HasSubstr("by their pins: /constraints/0, /constraints/1"));
  EXPECT_THAT(message_of(state("site", "t")), HasSubstr("must be on one site"));
  EXPECT_EQ(places_of(state("site", "s")), Places{});
}

TEST(ReadState, WhatCannotBeIsRefused) {
  const std::string vm = R"({"name": "v", "cores": 1, "memory_mib": 2, )";
  EXPECT_EQ(places_of(state_with(vm + R"("moved_at": 5})")), Places{"/vms/0/moved_at"});
  EXPECT_EQ(places_of(state_with(vm + R"("moved_at": 0})")), Places{});
  EXPECT_EQ(places_of(state_with(vm + R"("demand_cores": 1.5})")), Places{"/vms/0/demand_cores"});
  EXPECT_EQ(places_of(R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8}],
      "hosts": [{"name": "h", "site": "s", "cores": 4, "memory_mib": 1024, "cpu_overcommit": 0.5,
                 "memory_overcommit": 0.9}], "vms": []})"),
            (Places{"/hosts/0/cpu_overcommit", "/hosts/0/memory_overcommit"}));
}

// At speed 2 a core does what two do at speed 1.
TEST(ReadState, DemandIsInCoresOfSpeed1) {
  EXPECT_EQ(places_of(R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8}],
      "hosts": [{"name": "h", "site": "s", "cores": 4, "memory_mib": 1024, "core_speed": 2}],
      "vms": [{"name": "v", "cores": 1, "memory_mib": 2, "demand_cores": 2}]})"),
            Places{});
}

TEST(ReadState, EachNullIsRefused) {
  EXPECT_EQ(places_of(state_with(
                R"({"name": null, "cores": null, "memory_mib": 2, "host": null, "may_move": null})")),
            (Places{"/vms/0/name", "/vms/0/cores", "/vms/0/host", "/vms/0/may_move"}));
  EXPECT_EQ(of_constraint(R"({"kind": "apart", "vms": ["v", null, null]})"),
            (Places{"/constraints/0/vms/1", "/constraints/0/vms/2"}));
}

TEST(ReadState, WhatANumberMayBeIsSaidInTheUnitOfItsField) {
  EXPECT_THAT(message_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 1e12})")),
              HasSubstr("this is too large a number (give one from 1e-15 to 9e+11)"));
  EXPECT_EQ(places_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 9e11})")), Places{});
}

TEST(ReadState, AFieldThatIsNearlyOneIsSuggested) {
  EXPECT_THAT(message_of(state_with(R"({"name": "v", "cores": 1, "memory_mib": 2, "hosst": "h"})")),
              HasSubstr("did you mean 'host'?"));
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
  EXPECT_EQ(places_of(state_with(vm + R"({"from": "x", "to": "y", "bytes_per_s": 1})")),
            (Places{"/traffic/0/from", "/traffic/0/to"}));
  EXPECT_EQ(places_of(state_with(vm + R"({"from": "x", "to": "", "bytes_per_s": 1})")),
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
