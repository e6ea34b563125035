// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/dirty_rates.h"

#include "tests/wrappers/vm_fixture.h"
#include "wrappers/vm_domain.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using std::chrono_literals::operator""s;

class DirtyRatesTest : public ::testing::Test {
 protected:
  static model::Project project() {
    model::Project made = wrappers::small_project();
    made.wrappers["vm"].stubs.push_back(
        wrappers::stub("migrate", "VM", "migrate", {"$this.srname", "$1.name"}));
    return made;
  }
  system::ComponentId started(const std::string& host) {
    const system::ComponentId vm = world_.make("vm", host);
    world_.set(vm, system::Lifecycle::kStarted);
    return vm;
  }
  // What the host's hypervisor says of the machine.
  void dirties(const std::string& host, system::ComponentId vm, uint64_t rate) {
    const system::Component& component = *world_.system.find(vm);
    land_.host(host).dirty_rates[wrappers::vm_domain_name(world_.world, component)] = rate;
  }
  DirtyRates measured(std::stop_token stop = {}) {
    std::optional<DirtyRates> found;
    start<DirtyRates>(measure_dirty_rates(world_.world, std::move(stop)),
                      [&](DirtyRates rates) { found = std::move(rates); });
    loop_.pass(10s);
    EXPECT_TRUE(found);
    return found.value_or(DirtyRates{});
  }

  test::HandLoop loop_;
  wrappers::HandShell shell_{loop_};
  wrappers::VmLand land_{loop_};
  wrappers::WrapperWorld world_{loop_, loop_, shell_, land_, project()};
};

TEST_F(DirtyRatesTest, AreOfTheMachinesThatRun) {
  const auto one = started("lab1"), other = started("lab2");
  dirties("lab1", one, 1 << 20);
  dirties("lab2", other, 2 << 20);
  EXPECT_THAT(measured(), ElementsAre(Pair(one, 1 << 20), Pair(other, 2 << 20)));
  world_.set(one, system::Lifecycle::kStopped);
  EXPECT_THAT(measured(), ElementsAre(Pair(other, 2 << 20)));
}

TEST_F(DirtyRatesTest, AHostThatDoesNotSayLeavesItsOwnOut) {
  const auto one = started("lab1"), other = started("lab2");
  dirties("lab1", one, 1 << 20);
  dirties("lab2", other, 2 << 20);
  land_.fail_next("dirty_rates", ErrorCode::kUnreachable);
  EXPECT_EQ(measured().size(), 1u);
}

TEST_F(DirtyRatesTest, NothingIsAskedWhereNothingRuns) {
  EXPECT_THAT(measured(), IsEmpty());
}

}  // namespace
}  // namespace attune::main
