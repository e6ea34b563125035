// SPDX-License-Identifier: Apache-2.0
#include "wrappers/guest_access.h"

#include <memory>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"
#include "tests/wrappers/hand_shell.h"
#include "tests/wrappers/vm_land.h"
#include "tests/wrappers/wrapper_world.h"

namespace attune::wrappers {
namespace {

using system::Lifecycle;
using ::testing::HasSubstr;

constexpr Duration kPatience = std::chrono::minutes(2);

// A component inside a VM that was started and may still be booting.
class GuestAccessTest : public ::testing::Test {
 protected:
  GuestAccessTest() {
    vm_ = small_.make("vm", "lab1");
    inside_ = small_.make("inside", "vm1");
    small_.set(vm_, Lifecycle::kStarted);
    land_.host("lab1").domains["vm1"] = VmLand::State::kRunning;
  }
  ~GuestAccessTest() override {
    stop_.request_stop();
    loop_.turn();  // ends what still waits
  }
  void ask(system::ComponentId component) {
    start<Result<HostAccess>>(access_when_up(small_.world, component, kPatience, stop_.get_token()),
                              [this](Result<HostAccess> access) { access_ = std::move(access); });
    loop_.turn();
  }
  void has_address() { land_.host("lab1").addresses["vm1"] = {"10.0.0.7"}; }
  // The guest answers the newest of our knocks so.
  void answer(HandShell::End how) {
    ASSERT_GT(shell_.open(), 0u);
    shell_.end(shell_.runs.size() - 1, std::move(how));
    loop_.turn();
  }
  static HandShell::End yes() { return ports::CommandEnd(ports::Exited{0, {}, {}}); }
  static HandShell::End no(ErrorCode code, std::string why) { return fail(code, std::move(why)); }
  std::string shown() const {
    if (!access_) return "(goes on)";
    return *access_ ? (*access_)->target.address : access_->error().message;
  }

  test::HandLoop loop_;
  HandShell shell_{loop_};
  VmLand land_{loop_};
  WrapperWorld small_{loop_, loop_, shell_, land_};
  std::stop_source stop_;
  system::ComponentId vm_ = system::kNoComponent, inside_ = system::kNoComponent;
  std::optional<Result<HostAccess>> access_;
};

TEST_F(GuestAccessTest, AHostThatIsNoVmIsNotWaitedFor) {
  ask(vm_);
  EXPECT_EQ(shown(), "lab1");
  EXPECT_TRUE(shell_.runs.empty());
}

TEST_F(GuestAccessTest, WaitsForTheAddressAndThenForSsh) {
  ask(inside_);
  loop_.pass(std::chrono::seconds(3));
  EXPECT_EQ(shown(), "(goes on)");
  EXPECT_TRUE(shell_.runs.empty()) << "nobody can knock without an address";
  has_address();
  loop_.pass(std::chrono::seconds(1));
  answer(no(ErrorCode::kUnreachable, "connection refused"));
  loop_.pass(std::chrono::seconds(1));
  answer(yes());
  EXPECT_EQ(shown(), "10.0.0.7");
}

TEST_F(GuestAccessTest, MakesTheAddressTheSystems) {
  has_address();
  ask(inside_);
  EXPECT_EQ(small_.system.find_host("vm1")->address, "10.0.0.7");
  EXPECT_EQ(small_.sources.back(), "libvirt lab1");
}

TEST_F(GuestAccessTest, IsRefusedAtOnceByAGuestThatDoesNotKnowUs) {
  has_address();
  ask(inside_);
  answer(no(ErrorCode::kDenied, "vm1 refuses the key"));
  EXPECT_EQ(shown(), "vm1 refuses the key");
}

TEST_F(GuestAccessTest, GivesUpWhenItsPatienceIsOver) {
  ask(inside_);
  loop_.pass(kPatience + std::chrono::seconds(1));
  EXPECT_THAT(shown(), HasSubstr("VM vm1 is not up (guest.patience): vm1 has no address yet"));
}

TEST_F(GuestAccessTest, DoesNotWaitForAVmThatDoesNotRun) {
  small_.set(vm_, Lifecycle::kStopped);
  ask(inside_);
  EXPECT_EQ(shown(), "host vm1 is a VM that does not run: start it first");
}

TEST_F(GuestAccessTest, EndsWhenItIsStopped) {
  ask(inside_);
  stop_.request_stop();
  loop_.pass(std::chrono::seconds(1));
  EXPECT_EQ(shown(), "waiting for vm1 was cancelled");
}

}  // namespace
}  // namespace attune::wrappers
