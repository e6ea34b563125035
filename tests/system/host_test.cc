// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/host.h"

#include <gtest/gtest.h>

#include "runtime/system/host_state.h"
#include "tests/support/project_builder.h"

namespace attune::system {
namespace {

using std::chrono::seconds;

TEST(Load, IsTheMeanOfTheWindow) {
  Load load;
  load.add(Instant(seconds(1)), model::Percent{10});
  load.add(Instant(seconds(2)), model::Percent{30});
  EXPECT_DOUBLE_EQ(load.mean(Instant(seconds(3)))->value, 20);
}

TEST(Load, ForgetsWhatIsOlderThanTheWindow) {
  Load load;
  load.add(Instant(seconds(1)), model::Percent{10});
  load.add(Instant(seconds(8)), model::Percent{30});
  EXPECT_DOUBLE_EQ(load.mean(Instant(seconds(15)))->value, 30);
  EXPECT_FALSE(load.mean(Instant(seconds(30))));
}

TEST(Lifecycle, NamesReadBack) {
  for (int i = 0; i <= static_cast<int>(Lifecycle::kLost); ++i) {
    const auto lifecycle = static_cast<Lifecycle>(i);
    EXPECT_EQ(find_lifecycle(name_of(lifecycle)), lifecycle);
  }
  EXPECT_FALSE(find_lifecycle("asleep"));
}

// A VM that is a host, which answered while it ran.
class VmAsHost : public ::testing::Test {
 protected:
  VmAsHost() {
    must(ComponentCreated{0, "vm", "vm", 1, kNoComponent});
    must(HostChanged{.host = "vm", .state = HostState::kUp});
  }
  void must(const Change& change) { ASSERT_TRUE(system_.apply(change)); }
  std::string_view when(Lifecycle lifecycle) {
    must(LifecycleChanged{0, lifecycle});
    return name_of(state_of(system_, *system_.find_host("vm")));
  }

  const model::Project project_ = attune::testing::ProjectBuilder()
                                      .family("lab", {"lab1"})
                                      .component("vm", "lab")
                                      .component("inner", "vm")
                                      .build();
  System system_{project_};
};

TEST_F(VmAsHost, IsOffAsSoonAsItIsKnownNotToRun) {
  EXPECT_EQ(when(Lifecycle::kStarted), "up");
  for (const Lifecycle lifecycle :
       {Lifecycle::kDeclared, Lifecycle::kDeployed, Lifecycle::kStopped, Lifecycle::kFailed})
    EXPECT_EQ(when(lifecycle), "off") << name_of(lifecycle);
}

TEST_F(VmAsHost, IsUnknownWhileNobodyWatchesIt) {
  for (const Lifecycle lifecycle : {Lifecycle::kStarting, Lifecycle::kStopping, Lifecycle::kLost})
    EXPECT_EQ(when(lifecycle), "unknown") << name_of(lifecycle);
  must(HostChanged{.host = "vm", .state = HostState::kDown});
  EXPECT_EQ(when(Lifecycle::kLost), "down");
}

TEST_F(VmAsHost, AHostOfAFamilyIsWhatWasToldOfIt) {
  must(HostChanged{.host = "lab1", .state = HostState::kDown});
  EXPECT_EQ(state_of(system_, *system_.find_host("lab1")), HostState::kDown);
}

}  // namespace
}  // namespace attune::system
