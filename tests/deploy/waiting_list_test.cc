// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/waiting_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/test_loop.h"

namespace attune::deploy {
namespace {

using testing::ElementsAre;

TEST(WaitingList, EndsWhoIsStoppedAndTheOthersWhenItIsTime) {
  test::TestLoop loop;
  WaitingList<int> list;
  std::stop_source stop;
  std::vector<int> ended;
  const auto note = [&](int value) { ended.push_back(value); };
  start<int>(list.wait(loop, stop.get_token(), -1), note);
  start<int>(list.wait(loop, {}, -1), note);
  stop.request_stop();
  loop.settle();
  EXPECT_THAT(ended, ElementsAre(-1));
  list.end_all(7);
  EXPECT_THAT(ended, ElementsAre(-1, 7));
  EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace attune::deploy
