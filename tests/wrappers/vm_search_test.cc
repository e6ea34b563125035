// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_search.h"

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
    start<Search>(search_->elsewhere("web", than), [&](const Search& search) {
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
  std::optional<VmSearch> search_{std::in_place, small_.world};
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

// --- rounds ---

class VmSearchRoundsTest : public VmSearchTest {
 protected:
  void ask() {
    start<Search>(search_->elsewhere("web", "lab1"),
                  [this](const Search& search) { seen_.push_back(search.seen.size()); });
  }
  void ask_and_hold() {
    land_.holds_lists = true;
    ask();
    loop_.turn();
    land_.holds_lists = false;
  }

  std::vector<size_t> seen_;  // on how many hosts, by each that has ended
};

TEST_F(VmSearchRoundsTest, AskEachHostOnceForAllWhoWantToKnow) {
  for (int i = 0; i < 10; ++i) ask();
  loop_.turn();
  EXPECT_EQ(seen_.size(), 10U);
  EXPECT_EQ(land_.lists, 3);
}

TEST_F(VmSearchRoundsTest, WhoComesWhileOneIsUnderWaySharesTheNext) {
  ask_and_hold();
  for (int i = 0; i < 10; ++i) ask();
  loop_.turn();
  EXPECT_EQ(land_.lists, 3);
  land_.release();
  loop_.pass(std::chrono::milliseconds(100));
  EXPECT_EQ(seen_.size(), 11U);
  EXPECT_EQ(land_.lists, 6);
}

TEST_F(VmSearchRoundsTest, NoAnswerIsOlderThanTheQuestion) {
  ask_and_hold();
  land_.host("lab2").domains["web"] = DomainState::kRunning;
  ask();
  land_.release();
  loop_.pass(std::chrono::milliseconds(100));
  EXPECT_THAT(seen_, ::testing::ElementsAre(0, 1));
}

TEST_F(VmSearchRoundsTest, ASilentHostHoldsTheNextUpForAMomentOnly) {
  ask_and_hold();
  ask();
  loop_.pass(std::chrono::milliseconds(99));
  EXPECT_THAT(seen_, ::testing::IsEmpty());
  loop_.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(seen_.size(), 1U);
  land_.release();
  EXPECT_EQ(seen_.size(), 2U);
}

TEST_F(VmSearchRoundsTest, WhoWaitsAtItsEndIsToldAllTheSame) {
  ask_and_hold();
  ask();
  search_.reset();
  loop_.turn();
  EXPECT_EQ(seen_.size(), 1U);
  land_.release();
}

TEST_F(VmSearchRoundsTest, TellWhereItIsOnlyDefined) {
  land_.host("lab2").domains["web"] = DomainState::kShutOff;
  std::vector<std::string> defined;
  start<Search>(search_->elsewhere("web", "lab1"), [&](const Search& search) { defined = search.defined; });
  loop_.turn();
  EXPECT_THAT(defined, ::testing::ElementsAre("lab2"));
}

}  // namespace
}  // namespace attune::wrappers
