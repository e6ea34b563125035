// SPDX-License-Identifier: Apache-2.0
// On libvirt's own test driver, with an opener that a test can hold.
#include "runtime/hypervisor/connections.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/hypervisor/event_thread.h"
#include "tests/hypervisor/await.h"
#include "tests/support/temp_dir.h"

namespace attune::hypervisor {
namespace {

using test::await;
using test::await_that;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Got = Result<ConnectionPtr>;

const std::string kUri = "test:///default";

// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters): it lives until the end of the test
Task<Got> got(Connections& from, std::string uri) {
  co_return co_await from.get(uri);
}
// NOLINTNEXTLINE(cppcoreguidelines-avoid-reference-coroutine-parameters)
Task<Got> borrowed(Connections& from, std::string uri) {
  co_return co_await from.borrow(uri);
}

class ConnectionsTest : public ::testing::Test {
 protected:
  ~ConnectionsTest() override {
    let_open();
    connections_.reset();
    gate_->shut();
    openers_.end(std::chrono::seconds(60));
    workers_.end(std::chrono::seconds(60));
  }
  void make(Duration patience = std::chrono::seconds(60)) {
    connections_.emplace(loop_, gate_, openers_, workers_, Keepalive{}, "", patience);
  }
  Got get(const std::string& uri = kUri) { return await(loop_, got(*connections_, uri)); }
  Got borrow() { return await(loop_, borrowed(*connections_, kUri)); }
  // Keeps the answer.
  void begin(Task<Got> task) {
    const size_t own = answers_.size();
    answers_.emplace_back();
    start<Got>(std::move(task), [this, own](Got answer) { answers_[own] = std::move(answer); });
  }
  bool all_are_answered() {
    return await_that(loop_, [this] {
      return std::all_of(answers_.begin(), answers_.end(), [](const auto& one) { return one.has_value(); });
    });
  }
  // Nothing is opened from now on, but one attempt waits, until let_open().
  void hold() {
    std::promise<void> running;
    held_ = std::promise<void>();
    ASSERT_TRUE(openers_.submit([&running, held = held_.get_future().share()] {
      running.set_value();
      held.wait();
    }));
    running.get_future().wait();
    is_held_ = true;
  }
  void let_open() {
    if (std::exchange(is_held_, false)) held_.set_value();
  }
  // Until what was being opened is there, and the loop knows.
  void await_opened() {
    const auto done = std::make_shared<std::atomic<bool>>(false);
    bool is_taken = false;
    ASSERT_TRUE(
        await_that(loop_, [&] { return is_taken = is_taken || openers_.submit([done] { *done = true; }); }));
    ASSERT_TRUE(await_that(loop_, [&] { return done->load(); }));
    loop_.post([this] { loop_.stop(); });
    loop_.run();
  }

  EventThread events_;
  main::AsioLoop loop_;
  std::shared_ptr<LoopGate> gate_ = std::make_shared<LoopGate>(loop_);
  WorkerPool openers_{1, 1}, workers_{2, 10};
  std::promise<void> held_;
  bool is_held_ = false;
  std::vector<std::optional<Got>> answers_;
  std::optional<Connections> connections_;
};

TEST_F(ConnectionsTest, KeepOneForEachUri) {
  make();
  const Got one = get(), again = get();
  ASSERT_TRUE(one && again);
  EXPECT_EQ(*one, *again);
  EXPECT_EQ((*one)->uri(), kUri);
}

TEST_F(ConnectionsTest, MakeOneForAllWhoAskMeanwhile) {
  make();
  hold();
  for (int i = 0; i < 3; ++i) begin(got(*connections_, kUri));
  let_open();
  ASSERT_TRUE(all_are_answered());
  ASSERT_TRUE(*answers_[0] && *answers_[1] && *answers_[2]) << "one attempt, where no more would be taken";
  EXPECT_EQ(**answers_[0], **answers_[2]);
}

TEST_F(ConnectionsTest, LendOneThatNobodyElseHas) {
  make();
  const Got kept = get(), one = borrow(), other = borrow();
  ASSERT_TRUE(kept && one && other);
  EXPECT_NE(*kept, *one);
  EXPECT_NE(*one, *other);
}

TEST_F(ConnectionsTest, LendWhatWasGivenBack) {
  make();
  Got one = borrow();
  const Connection* which = one->get();
  connections_->give_back(*std::move(one));
  EXPECT_EQ(borrow()->get(), which);
  EXPECT_NE(borrow()->get(), which) << "it was lent again";
}

TEST_F(ConnectionsTest, CloseWhatIsGivenBackBesideASpare) {
  make();
  std::weak_ptr<Connection> first, second;
  {
    Got one = borrow(), other = borrow();
    ASSERT_TRUE(one && other);
    first = *one;
    second = *other;
    connections_->give_back(*std::move(one));
    connections_->give_back(*std::move(other));
  }
  EXPECT_TRUE(await_that(loop_, [&] { return second.expired(); }));
  EXPECT_FALSE(first.expired());
}

TEST_F(ConnectionsTest, LendWhatWasPrepared) {
  make();
  hold();
  connections_->prepare(kUri);
  connections_->prepare(kUri);
  begin(borrowed(*connections_, kUri));
  let_open();
  ASSERT_TRUE(all_are_answered());
  EXPECT_TRUE(*answers_[0]) << "another attempt would have been refused";
}

TEST_F(ConnectionsTest, RefuseWhatIsTooMuchAtOnce) {
  make();
  hold();
  begin(got(*connections_, kUri));
  const Got refused = borrow();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("too many hosts are being connected to already"));
}

TEST_F(ConnectionsTest, SayWhichHostDoesNotAnswerAndServeWhoAsksLater) {
  make(std::chrono::milliseconds(20));
  hold();
  const Got late = get();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kUnreachable);
  EXPECT_THAT(late.error().message, HasSubstr("cannot reach libvirt on "));
  ConnectionPtr made;
  connections_->listen(kUri, [&](ConnectionPtr one) { made = std::move(one); });
  let_open();
  ASSERT_TRUE(await_that(loop_, [&] { return made != nullptr; })) << "the attempt went on behind";
  EXPECT_EQ(*get(), made);
}

TEST_F(ConnectionsTest, KeepWhatCameTooLateForItsBorrower) {
  make(std::chrono::milliseconds(20));
  hold();
  ASSERT_FALSE(borrow());
  let_open();
  await_opened();
  hold();
  EXPECT_TRUE(borrow()) << "nothing can be opened now";
}

TEST_F(ConnectionsTest, TellWhoListensOfEachNewOne) {
  make();
  std::vector<ConnectionPtr> told;
  connections_->listen(kUri, [&](ConnectionPtr one) { told.push_back(std::move(one)); });
  EXPECT_THAT(told, IsEmpty()) << "it does not itself connect";
  const Got one = get();
  EXPECT_THAT(told, ElementsAre(*one));
  connections_->listen(kUri, [&](ConnectionPtr again) { told.push_back(std::move(again)); });
  EXPECT_THAT(told, ElementsAre(*one, *one)) << "at once, where there is one";
  connections_->unlisten(kUri);
  ASSERT_TRUE(borrow());
  EXPECT_EQ(told.size(), 2u);
}

TEST_F(ConnectionsTest, TryAnewAfterAFailure) {
  make();
  for (int i = 0; i < 2; ++i) {
    const Got none = get("qemu+unix:///system?socket=/no/such/socket");
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().message, HasSubstr("/no/such/socket"));
  }
  EXPECT_TRUE(get());
}

TEST_F(ConnectionsTest, TellWhatSshSaidHoweverSoonItEnded) {
  make();
  std::signal(SIGPIPE, SIG_IGN);  // as the manager does
  const test::TempDir folder;
  const std::string ssh = folder.write("ssh", "#!/bin/sh\necho 'Host key verification failed.' >&2\n", true);
  for (int i = 0; i < 60; ++i)  // libvirt itself loses it once in twenty times
    EXPECT_THAT(get("qemu+ssh://root@nowhere/system?command=" + ssh).error().message,
                HasSubstr("verification failed"));
}

TEST_F(ConnectionsTest, AnswerAllWhoWaitAtTheirEnd) {
  make();
  hold();
  begin(got(*connections_, kUri));
  begin(borrowed(*connections_, kUri));
  connections_->close();
  begin(got(*connections_, kUri));
  begin(borrowed(*connections_, kUri));
  connections_->prepare(kUri);
  ASSERT_TRUE(all_are_answered());
  EXPECT_EQ((*answers_[0]).error().code, ErrorCode::kCancelled);
  EXPECT_EQ((*answers_[2]).error().code, ErrorCode::kCancelled);
  EXPECT_EQ((*answers_[3]).error().code, ErrorCode::kCancelled);
}

TEST_F(ConnectionsTest, CloseWhatTheyKeepAtTheirEnd) {
  make();
  std::weak_ptr<Connection> kept, spare;
  {
    const Got one = get();
    Got other = borrow();
    kept = *one;
    spare = *other;
    connections_->give_back(*std::move(other));
  }
  connections_->close();
  EXPECT_TRUE(await_that(loop_, [&] { return kept.expired() && spare.expired(); }));
}

}  // namespace
}  // namespace attune::hypervisor
