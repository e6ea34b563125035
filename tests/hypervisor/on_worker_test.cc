// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/on_worker.h"

#include <future>
#include <latch>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hand_loop.h"

namespace attune::hypervisor {
namespace {

class OnWorkerTest : public ::testing::Test {
 protected:
  // The answer appears in answers_.
  void ask(std::function<int()> work) {
    std::function<Result<int>()> begin = [this, work = std::move(work)]() -> Result<int> {
      begun_.count_down();
      return work();
    };
    start<Result<int>>(on_worker<int>(pool_, gate_, std::move(begin)),
                       [this](Result<int> answer) { answers_.push_back(std::move(answer)); });
  }
  void finish_work() {
    begun_.wait();
    EXPECT_TRUE(pool_.end(std::chrono::seconds(60)));
  }
  void expect_cancelled() {
    ASSERT_EQ(answers_.size(), 1u);
    ASSERT_FALSE(answers_[0]);
    EXPECT_EQ(answers_[0].error().code, ErrorCode::kCancelled);
  }

  test::HandLoop loop_;
  std::shared_ptr<LoopGate> gate_ = std::make_shared<LoopGate>(loop_);
  std::latch begun_{1};
  std::vector<Result<int>> answers_;
  WorkerPool pool_{1, 1};
};

TEST_F(OnWorkerTest, AnswersOnTheLoopWhatTheWorkFound) {
  ask([] { return 7; });
  finish_work();
  EXPECT_TRUE(answers_.empty());
  loop_.turn();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0], 7);
}

TEST_F(OnWorkerTest, AnswersWhenTheGateIsShutAndThenNoMore) {
  std::promise<void> go;
  ask([&] {
    go.get_future().wait();
    return 7;
  });
  gate_->shut();
  expect_cancelled();
  go.set_value();
  finish_work();
  loop_.turn();
  expect_cancelled();
}

TEST_F(OnWorkerTest, DropsWhatIsPostedButNotToldWhenTheGateIsShut) {
  ask([] { return 7; });
  finish_work();
  gate_->shut();
  expect_cancelled();
  loop_.turn();
  expect_cancelled();
}

TEST_F(OnWorkerTest, BeginsNothingOnceTheGateIsShut) {
  gate_->shut();
  ask([] { return 7; });
  expect_cancelled();
  EXPECT_TRUE(pool_.end(std::chrono::seconds(60)));
  EXPECT_FALSE(begun_.try_wait());
}

}  // namespace
}  // namespace attune::hypervisor
