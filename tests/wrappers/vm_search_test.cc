// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using ports::DomainState;

class VmSearchTest : public ::testing::Test {
 protected:
  static model::Project three_hosts() {
    model::Project made = small_project();
    model::HostDeclaration third;
    third.name = third.address = "lab3";
    made.families.front().hosts.push_back(third);
    return made;
  }
  std::string seen_elsewhere(const std::string& than) {
    std::string text = "(not done)";
    start<Search>(search_elsewhere(small_.world, "web", than), [&](const Search& search) {
      text.clear();
      for (const Sighting& one : search.seen)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one.host, ports::name_of(one.state));
      for (const std::string& host : search.silent)
        text += fmt::format("{}{} silent", text.empty() ? "" : ", ", host);
    });
    loop_.turn();
    return text;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_, three_hosts()};
};

TEST_F(VmSearchTest, FindsWhereItRunsOrIsPausedButNotAtHome) {
  land_.host("lab1").domains["web"] = DomainState::kRunning;
  land_.host("lab2").domains["web"] = DomainState::kPaused;
  land_.host("lab3").domains["web"] = DomainState::kRunning;
  EXPECT_EQ(seen_elsewhere("lab1"), "lab2 paused, lab3 running");
}

TEST_F(VmSearchTest, ADomainThatIsOffIsNowhere) {
  land_.host("lab2").domains["web"] = DomainState::kShutOff;
  land_.host("lab3").domains["web"] = DomainState::kCrashed;
  EXPECT_EQ(seen_elsewhere("lab1"), "");
}

TEST_F(VmSearchTest, TellsWhoDoesNotAnswer) {
  land_.host("lab2").answers = false;
  land_.host("lab3").domains["web"] = DomainState::kRunning;
  EXPECT_EQ(seen_elsewhere("lab1"), "lab3 running, lab2 silent");
}

TEST_F(VmSearchTest, DoesNotAskWhoIsKnownToBeDown) {
  land_.host("lab3").domains["web"] = DomainState::kRunning;
  small_.apply(system::HostChanged{"lab3", system::HostState::kDown, 0, {}, {}});
  EXPECT_EQ(seen_elsewhere("lab1"), "lab3 silent");
}

TEST_F(VmSearchTest, WhoIsOffHasNothing) {
  land_.host("lab3").answers = false;
  small_.apply(system::HostChanged{"lab3", system::HostState::kOff, 0, {}, {}});
  EXPECT_EQ(seen_elsewhere("lab1"), "");
}

TEST_F(VmSearchTest, OfAHostThatIsNotThereIsEmpty) {
  EXPECT_EQ(seen_elsewhere("lab9"), "");
}

}  // namespace
}  // namespace attune::wrappers
