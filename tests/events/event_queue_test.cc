// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_queue.h"

#include <gtest/gtest.h>

namespace attune::events {
namespace {

workflow::Event event(std::string name) {
  workflow::Event made;
  made.name = std::move(name);
  return made;
}

class EventQueueTest : public testing::Test {
 protected:
  EventQueueTest() {
    queue_.on_event([this] { ++events_told_; });
    queue_.on_room([this] { ++rooms_told_; });
  }
  EventQueue queue_{4};
  int events_told_ = 0, rooms_told_ = 0;
};

TEST_F(EventQueueTest, GivesTheOldestFirst) {
  for (const char* name : {"a", "b", "c"}) queue_.push(event(name));
  const auto taken = queue_.take(2);
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].name, "a");
  EXPECT_EQ(taken[1].name, "b");
  EXPECT_EQ(queue_.take(9)[0].name, "c");
  EXPECT_TRUE(queue_.take(9).empty());
}

TEST_F(EventQueueTest, TellsOnceThatThereIsSomething) {
  queue_.push(event("a"));
  queue_.push(event("b"));
  EXPECT_EQ(events_told_, 1);
  queue_.take(2);
  queue_.push(event("c"));
  EXPECT_EQ(events_told_, 2);
}

TEST_F(EventQueueTest, RefusesWhatIsOfferedWhenFull) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(queue_.offer(event("a")));
  EXPECT_TRUE(queue_.is_full());
  EXPECT_FALSE(queue_.offer(event("b")));
  EXPECT_EQ(queue_.size(), 4u);
}

TEST_F(EventQueueTest, TakesWhatIsPushedAlsoWhenFull) {
  for (int i = 0; i < 9; ++i) queue_.push(event("a"));
  EXPECT_EQ(queue_.size(), 9u);
}

TEST_F(EventQueueTest, OfAFullQueueTheNewestOfANameAndComponentCounts) {
  for (const char* name : {"a", "b", "a"}) EXPECT_FALSE(queue_.push_newest(event(name)));
  EXPECT_FALSE(queue_.push_newest(event("c"))) << "there was room";
  EXPECT_TRUE(queue_.push_newest(event("a")));
  EXPECT_FALSE(queue_.push_newest(event("d"))) << "the first of its name";
  std::string names;
  for (const workflow::Event& each : queue_.take(9)) names += each.name;
  EXPECT_EQ(names, "bacad");
}

TEST_F(EventQueueTest, OfAnEndlessStormOnlyTheKindsAreKept) {
  for (int i = 0; i < 1000; ++i) queue_.push_newest(event(i % 2 == 0 ? "down" : "up"));
  EXPECT_EQ(queue_.size(), 4u);
}

TEST_F(EventQueueTest, TellsThatThereIsRoomWhenHalfEmpty) {
  for (int i = 0; i < 4; ++i) queue_.push(event("a"));
  queue_.take(1);
  EXPECT_EQ(rooms_told_, 0);
  queue_.take(1);
  EXPECT_EQ(rooms_told_, 1);
  queue_.take(2);
  EXPECT_EQ(rooms_told_, 1);
}

}  // namespace
}  // namespace attune::events
