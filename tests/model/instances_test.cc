// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/instances.h"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"

namespace attune::model {
namespace {

constexpr uint32_t kMany = Cardinality::kMany;

struct Architecture : ::testing::Test {
  void add(std::string name, uint32_t initial, uint32_t max, std::string base = {}) {
    Class one;
    one.name = std::move(name);
    one.initial = initial;
    one.max = max;
    one.base = std::move(base);
    project.classes.push_back(std::move(one));
  }
  void add(std::string name, uint32_t initial) { add(std::move(name), initial, initial); }
  // from "from_count" --> "to_count" to : role
  void bind(std::string from, Cardinality from_count, Cardinality to_count, std::string to,
            std::string role) {
    Association one;
    one.from = std::move(from);
    one.to = std::move(to);
    one.role = std::move(role);
    one.from_count = from_count;
    one.to_count = to_count;
    project.associations.push_back(std::move(one));
  }
  void contain(std::string from, Cardinality from_count, Cardinality to_count, std::string to) {
    bind(std::move(from), from_count, to_count, to, to);
    project.associations.back().composition = true;
  }

  // "a.role=b, c" and so on, in order.
  std::string bindings() {
    const Instances made = instantiate(project, found);
    std::string text;
    for (const InstanceBinding& one : made.bindings) {
      if (!text.empty()) text += ' ';
      text += fmt::format("{}.{}={}", made.components[one.from].name,
                          project.associations[one.association].role, made.components[one.to].name);
    }
    return text;
  }
  std::string names() {
    std::string text;
    for (const Instance& one : instantiate(project, found).components) text += one.name + " ";
    return text;
  }
  std::string problem() {
    instantiate(project, found);
    return found.all().size() == 1 ? found.all()[0].message : fmt::format("{} problems", found.all().size());
  }

  Project project;
  Diagnostics found;
};

using Instantiate = Architecture;

TEST_F(Instantiate, BareNameOnlyWhereThereIsNeverASecond) {
  add("database", 1);
  add("app", 1, 6);
  add("cache", 2);
  EXPECT_EQ(names(), "database app1 cache1 cache2 ");
}

TEST_F(Instantiate, AbstractClassesHaveNoInstances) {
  add("server", 3);
  project.classes[0].is_abstract = true;
  EXPECT_EQ(names(), "");
}

TEST_F(Instantiate, TheWebSiteIsBoundAsItsAuthorExpects) {
  add("balancer", 1);
  add("app", 2, 6);
  add("database", 1);
  bind("balancer", {1, 1}, {0, 6}, "app", "workers");
  bind("app", {0, 6}, {1, 1}, "database", "db");
  EXPECT_EQ(bindings(), "balancer.workers=app1 balancer.workers=app2 app1.db=database app2.db=database");
  EXPECT_TRUE(found.empty());
}

TEST_F(Instantiate, EvenSharesGoRoundInTurn) {
  add("app", 5);
  add("database", 2);
  bind("app", {0, kMany}, {1, 1}, "database", "db");
  EXPECT_EQ(bindings(),
            "app1.db=database1 app2.db=database2 app3.db=database1 app4.db=database2 app5.db=database1");
}

TEST_F(Instantiate, SharesOnTheOwnersSideAreEvenToo) {
  add("balancer", 2);
  add("app", 3);
  bind("balancer", {1, 1}, {0, 6}, "app", "workers");
  EXPECT_EQ(bindings(), "balancer1.workers=app1 balancer1.workers=app2 balancer2.workers=app3");
}

TEST_F(Instantiate, SeveralPartnersAreNeverTheSameTwice) {
  add("client", 3);
  add("server", 3);
  bind("client", {2, 2}, {2, 2}, "server", "s");
  EXPECT_EQ(bindings(),
            "client1.s=server1 client1.s=server2 client2.s=server3 client2.s=server1 client3.s=server2 "
            "client3.s=server3");
}

TEST_F(Instantiate, AmongThemselvesEachGetsTheNextAndNeverItself) {
  add("node", 3);
  bind("node", {1, 1}, {1, 1}, "node", "next");
  EXPECT_EQ(bindings(), "node1.next=node2 node2.next=node3 node3.next=node1");
}

TEST_F(Instantiate, AllOthersAreAsManyAsThereCanBe) {
  add("node", 3);
  bind("node", {0, kMany}, {2, 2}, "node", "peers");
  EXPECT_EQ(bindings(),
            "node1.peers=node2 node1.peers=node3 node2.peers=node3 node2.peers=node1 node3.peers=node1 "
            "node3.peers=node2");
}

TEST_F(Instantiate, NobodyIsItsOwnPartner) {
  add("node", 1);
  bind("node", {0, kMany}, {1, 1}, "node", "next");
  EXPECT_EQ(problem(),
            "role 'next' cannot be given its bindings: the one 'node' needs 1 'node', but there are only 0 "
            "others");
}

TEST_F(Instantiate, AMinimumOfZeroAsksForNothing) {
  add("app", 2);
  add("cache", 2);
  bind("app", {0, kMany}, {0, kMany}, "cache", "caches");
  EXPECT_EQ(bindings(), "");
  EXPECT_TRUE(found.empty());
}

TEST_F(Instantiate, SubclassesTakePart) {
  add("server", 0);
  project.classes[0].is_abstract = true;
  add("app", 2, 2, "server");
  add("cache", 1, 1, "server");
  add("monitor", 1);
  bind("monitor", {1, 1}, {0, kMany}, "server", "watched");
  EXPECT_EQ(bindings(), "monitor.watched=app1 monitor.watched=app2 monitor.watched=cache");
}

TEST_F(Instantiate, ContentsFillTheirContainersInTurn) {
  add("vm", 2);
  add("probe", 4);
  contain("vm", {1, 1}, {2, 2}, "probe");
  EXPECT_EQ(bindings(), "vm1.probe=probe1 vm1.probe=probe2 vm2.probe=probe3 vm2.probe=probe4");
}

TEST_F(Instantiate, BindingsStayInsideTheContainerWherePossible) {
  add("vm", 2);
  add("probe", 4);
  contain("vm", {1, 1}, {2, 2}, "probe");
  bind("probe", {2, 2}, {1, 1}, "vm", "observed");
  EXPECT_EQ(bindings(),
            "vm1.probe=probe1 vm1.probe=probe2 vm2.probe=probe3 vm2.probe=probe4 "
            "probe1.observed=vm1 probe2.observed=vm1 probe3.observed=vm2 probe4.observed=vm2");
}

TEST_F(Instantiate, NestedContainersCountTheNearestFirst) {
  add("site", 2);
  add("vm", 4);
  add("probe", 4);
  contain("site", {1, 1}, {2, 2}, "vm");
  contain("vm", {1, 1}, {1, 1}, "probe");
  bind("probe", {1, 1}, {1, 1}, "vm", "observed");
  bind("probe", {0, kMany}, {1, 1}, "site", "place");
  EXPECT_THAT(bindings(), ::testing::HasSubstr("probe3.observed=vm3"));
  EXPECT_THAT(bindings(), ::testing::HasSubstr("probe2.place=site1 probe3.place=site2"));
}

TEST_F(Instantiate, OneKindOfContentMayLiveInSeveralKindsOfContainer) {
  add("balancer", 1);
  add("app", 2);
  add("probe", 3);
  contain("balancer", {1, 1}, {1, 1}, "probe");
  contain("app", {1, 1}, {1, 1}, "probe");
  EXPECT_EQ(bindings(), "balancer.probe=probe1 app1.probe=probe2 app2.probe=probe3");
  EXPECT_TRUE(found.empty());
}

TEST_F(Instantiate, AContentWithoutAContainerIsSaid) {
  add("balancer", 1);
  add("app", 1);
  add("probe", 3);
  contain("balancer", {1, 1}, {1, 1}, "probe");
  contain("app", {1, 1}, {1, 1}, "probe");
  instantiate(project, found);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.all()[0].message, "no container is left for 'probe3'");
}

TEST_F(Instantiate, SameProjectGivesTheSameInstances) {
  add("app", 7);
  add("database", 3);
  bind("app", {0, kMany}, {1, 1}, "database", "db");
  EXPECT_EQ(bindings(), bindings());
}

TEST_F(Instantiate, TooLittleRoomIsSaidWithItsNumbers) {
  add("app", 7);
  add("database", 1);
  bind("app", {0, 6}, {1, 1}, "database", "db");
  EXPECT_EQ(
      problem(),
      "role 'db' cannot be given its bindings: each of 7 'app' needs 1 'database', but the one 'database' "
      "can have at most 6 'app'");
  EXPECT_EQ(found.all()[0].hint,
            "change the initial of 'app' or 'database', or the cardinalities \"0..6\" and \"1\"");
}

TEST_F(Instantiate, TooFewPartnersIsSaid) {
  add("app", 1);
  add("database", 2);
  bind("app", {0, kMany}, {3, 3}, "database", "replicas");
  EXPECT_EQ(
      problem(),
      "role 'replicas' cannot be given its bindings: the one 'app' needs 3 'database', but there are only 2 "
      "'database'");
}

TEST_F(Instantiate, NoPartnerAtAllIsSaid) {
  add("app", 2);
  add("database", 0, 1);
  bind("app", {0, kMany}, {1, 1}, "database", "db");
  EXPECT_EQ(problem(),
            "role 'db' cannot be given its bindings: each of 2 'app' needs 1 'database', but there is no "
            "'database'");
}

TEST_F(Instantiate, TheOtherSidesNeedIsSaidAsWell) {
  add("balancer", 1);
  add("app", 8);
  bind("balancer", {1, 1}, {0, 6}, "app", "workers");
  EXPECT_EQ(problem(),
            "role 'workers' cannot be given its bindings: each of 8 'app' needs 1 'balancer', but the one "
            "'balancer' can have at most 6 'app'");
}

TEST_F(Instantiate, ManyInstancesTakeLinearTime) {
  add("app", 100000);
  add("database", 1000);
  bind("app", {0, kMany}, {1, 1}, "database", "db");
  const Instances made = instantiate(project, found);
  EXPECT_EQ(made.bindings.size(), 100000u);
  EXPECT_EQ(made.bindings.back().to, 100999u);
}

}  // namespace
}  // namespace attune::model
