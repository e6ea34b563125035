// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_whereabouts.h"

#include <optional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ports::DomainState;

// Three hosts; on lab1 a migration that broke off keeps the machine paused.
class VmWhereaboutsTest : public ::testing::Test {
 protected:
  static model::Project three_hosts() {
    model::Project made = small_project();
    model::HostDeclaration third;
    third.name = third.address = "lab3";
    made.families.front().hosts.push_back(third);
    return made;
  }
  VmWhereaboutsTest() { land_.host("lab1").domains["vm1"] = DomainState::kPaused; }

  // "lost (lab2 lab3)"
  std::string asked() {
    std::string text = "(goes on)";
    start<Result<Whereabouts>>(whereabouts_of(small_.world, *search_, {"vm1", "lab1", "test://lab1"}, true),
                               [&](const Result<Whereabouts>& found) {
                                 if (!found) return void(text = found.error().message);
                                 text = fmt::format("{} ({})", system::name_of(found->lifecycle),
                                                    fmt::join(found->silent, " "));
                               });
    loop_.turn();
    return text;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, three_hosts()};
  std::optional<VmSearch> search_{std::in_place, small_.world};
};

// Settled with the first, it would go on as soon as that answered, though the other may have it.
TEST_F(VmWhereaboutsTest, NothingIsSettledWhileSeveralHostsMayHaveIt) {
  land_.host("lab2").answers = land_.host("lab3").answers = false;
  EXPECT_EQ(asked(), "lost (lab2 lab3)");
  land_.host("lab2").answers = true;
  EXPECT_EQ(asked(), "lost (lab3)");
  EXPECT_EQ(land_.host("lab1").domains["vm1"], DomainState::kPaused);
  land_.host("lab3").answers = true;
  EXPECT_EQ(asked(), "started ()");
}

// A host that answers again is looked over when the manager ends.
TEST_F(VmWhereaboutsTest, NothingIsAskedAnyMoreAfterTheEndOfItsSearch) {
  std::string text = "(goes on)";
  start<Result<Whereabouts>>(
      whereabouts_of(small_.world, *search_, {"vm1", "lab1", "test://lab1"}, true),
      [&](const Result<Whereabouts>& found) { text = found ? "found" : found.error().message; });
  search_.reset();
  loop_.turn();
  EXPECT_EQ(text, "the manager ends");
  EXPECT_EQ(land_.lists, 0);
}

}  // namespace
}  // namespace attune::wrappers
