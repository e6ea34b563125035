// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/snapshot.h"

#include <random>

#include <gmock/gmock.h>

#include "runtime/system/system.h"
#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using attune::testing::ProjectBuilder;
using ::testing::HasSubstr;

// Hosts, VMs that are hosts, what lives in them, and bindings from several to several.
model::Project site() {
  return ProjectBuilder()
      .family("lab", {"lab1", "lab2", "lab3"}, model::Size{10'000})
      .site("north", {"lab1", "lab2"})
      .site("south", {"lab3"})
      .link("north", "south", std::chrono::milliseconds(20), 100)
      .component("vm", "lab")
      .max(20)
      .memory(300)
      .attribute("address", model::Type::kString)
      .component("probe")
      .max(20)
      .component("app", "vm", 2)
      .max(20)
      .attribute("port", model::Type::kInteger)
      .contains("vm", "probe", "probe")
      .association("app", {0, 20}, {0, 20}, "app", "peers")
      .association("vm", {0, 20}, {0, 20}, "app", "users")
      .build();
}

class SnapshotTest : public ::testing::TestWithParam<unsigned> {
 protected:
  size_t below(size_t bound) { return std::uniform_int_distribution<size_t>(0, bound - 1)(random_); }
  ComponentId any() { return static_cast<ComponentId>(below(system_.next_id() + 1)); }
  std::string any_host() {
    const auto all = system_.hosts();
    return below(6) == 0 ? std::string() : all[below(all.size())]->name;
  }
  ComponentCreated any_created() {
    static const std::vector<std::string> kClasses = {"vm", "probe", "app"};
    const std::string& of = kClasses[below(3)];
    const uint32_t number = system_.next_number(of) + static_cast<uint32_t>(below(2));
    const ComponentId container = of == "probe" && below(2) == 0 ? any() : kNoComponent;
    return {system_.next_id() + static_cast<ComponentId>(below(2)), of + std::to_string(number), of, number,
            container};
  }
  Change any_told() {
    const std::string value = std::to_string(below(9) + 1);
    const std::string at = below(2) == 0 ? "north" : "south";
    switch (below(4)) {
      case 0:
        return PropertyChanged{at, "host_price", value, {}};
      case 1:
        return PropertyChanged{at, "bandwidth_mbit", value, at == "north" ? "south" : "north"};
      case 2:
        return PropertyChanged{any_host(), "price", value, {}};
      default:
        return PropertyChanged{any_host(), "cpus", value, {}};
    }
  }
  Change any_change() {
    switch (below(11)) {
      case 10:
        return any_told();
      case 9:
        return AttributeUnset{any(), below(2) == 0 ? "port" : "address"};
      case 0:
        return any_created();
      case 1:
        return ComponentRemoved{any()};
      case 2:
        return LifecycleChanged{any(), static_cast<Lifecycle>(below(8))};
      case 3:
        if (below(2) == 0) return AttributeSet{any(), "port", static_cast<int64_t>(below(9))};
        return AttributeSet{any(), "address", below(3) == 0 ? "" : "10.0.0." + std::to_string(below(9))};
      case 4:
      case 5:
        return HostAssigned{any(), any_host()};
      case 6:
        return Bound{any(), below(2) == 0 ? "peers" : "users", any(), below(2) == 0 ? any() : kNoComponent};
      case 7:
        return Unbound{any(), below(2) == 0 ? "peers" : "users", any()};
      default:
        return HostChanged{any_host(), static_cast<HostState>(below(4)), static_cast<unsigned>(below(3)),
                           model::Size{static_cast<int64_t>(below(3) * 5000)},
                           below(2) == 0 ? "" : "10.1.0." + std::to_string(below(9))};
    }
  }

  static std::vector<std::string> names(const System& system, const std::vector<HostId>& hosts) {
    std::vector<std::string> all;
    for (const HostId id : hosts)
      if (const Host* host = system.find_host(id)) all.push_back(host->name);
    return all;
  }
  // Its bindings, in order, by role: between roles there is none.
  static std::vector<std::vector<ComponentId>> along(const Component& of) {
    std::vector<std::vector<ComponentId>> all(3);
    for (const Binding& binding : of.bindings) all[binding.association].push_back(binding.to);
    return all;
  }
  void expect_equal(const System& other) {
    EXPECT_EQ(other.next_id(), system_.next_id());
    for (const Component* one : system_.components()) {
      const Component* same = other.find(one->id);
      ASSERT_NE(same, nullptr) << one->name;
      EXPECT_EQ(along(*same), along(*one)) << one->name;
      EXPECT_EQ(same->attributes, one->attributes) << one->name;
      EXPECT_EQ(names(other, same->left_on), names(system_, one->left_on)) << one->name;
      const auto owners = system_.bound_to(*one), others = other.bound_to(*same);
      ASSERT_EQ(others.size(), owners.size()) << one->name;
      for (size_t i = 0; i < owners.size(); ++i)
        EXPECT_EQ(others[i].first->id, owners[i].first->id) << one->name;
    }
    expect_equal_hosts(other);
    for (size_t i = 0; i < system_.sites().size(); ++i)
      EXPECT_EQ(other.sites()[i].host_price, system_.sites()[i].host_price);
    EXPECT_EQ(other.links()[0].bandwidth_mbit, system_.links()[0].bandwidth_mbit);
  }
  void expect_equal_hosts(const System& other) {
    ASSERT_EQ(other.hosts().size(), system_.hosts().size());
    for (const Host* host : system_.hosts()) {
      const Host* same = other.find_host(host->name);
      ASSERT_NE(same, nullptr) << host->name;
      EXPECT_EQ(same->address, host->address) << host->name;
      EXPECT_EQ(same->state, host->state) << host->name;
      EXPECT_EQ(same->cpus, host->cpus) << host->name;
      EXPECT_EQ(same->terms.price, host->terms.price) << host->name;
      EXPECT_EQ(other.free_memory(*same), system_.free_memory(*host)) << host->name;
      const auto on = system_.components_on(*host), others = other.components_on(*same);
      ASSERT_EQ(others.size(), on.size()) << host->name;
      for (size_t i = 0; i < on.size(); ++i) EXPECT_EQ(others[i]->id, on[i]->id) << host->name;
    }
  }

  std::mt19937 random_{GetParam()};
  const model::Project project_ = site();
  System system_{project_};
};

TEST_P(SnapshotTest, MakesTheSameSystem) {
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 50; ++i) (void)system_.apply(any_change());
    System other(project_);
    const auto restored = other.restore(system_.snapshot());
    ASSERT_TRUE(restored) << restored.error().message;
    expect_equal(other);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotTest, ::testing::Range(1U, 21U));

TEST(SnapshotWithPricesTest, GoesOnWithoutASiteThatTheDrawingHasNoMore) {
  const model::Project project = site();
  System told(project);
  ASSERT_TRUE(told.apply(PropertyChanged{"south", "host_price", "3", {}}));
  ASSERT_TRUE(told.apply(PropertyChanged{"north", "host_price", "2", {}}));
  model::Project smaller = site();
  smaller.sites.pop_back();
  smaller.links.clear();
  System other(smaller);
  ASSERT_TRUE(other.restore(told.snapshot()));
  EXPECT_EQ(other.find_site("north")->host_price, 2);
}

TEST(SnapshotOfANewSystemTest, IsEmpty) {
  const model::Project project = site();
  EXPECT_EQ(System(project).snapshot(), Snapshot{});
}

TEST(SnapshotOfAnotherDrawingTest, LeavesWhatTheNodeFileSaysNow) {
  const model::Project project = site();
  System system(project);
  ASSERT_TRUE(system.apply(HostChanged{.host = "lab1", .state = HostState::kUp, .cpus = 4}));
  model::Project changed = site();
  changed.families[0].hosts[0].memory = model::Size{20'000};
  System other(changed);
  ASSERT_TRUE(other.restore(system.snapshot()));
  EXPECT_EQ(other.find_host("lab1")->memory.bytes, 20'000);
  EXPECT_EQ(other.find_host("lab1")->cpus, 4u);
}

TEST(SnapshotOfAnotherDrawingTest, SaysWhatDoesNotFit) {
  const model::Project project = site();
  System system(project);
  ASSERT_TRUE(system.apply(ComponentCreated{0, "app1", "app", 1}));
  model::Project changed = site();
  changed.classes.pop_back();
  const auto restored = System(changed).restore(system.snapshot());
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().message, HasSubstr("no class 'app'"));
}

}  // namespace
}  // namespace attune::system
