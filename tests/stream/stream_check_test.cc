// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/stream_check.h"

#include <vector>

#include <gtest/gtest.h>

namespace attune::stream {
namespace {

using namespace std::chrono_literals;

class StreamCheckTest : public testing::Test {
 protected:
  void open(uint64_t showing, uint64_t position) { check_.receive(encode({showing, position})); }
  void play(uint64_t position, size_t size) {
    std::vector<unsigned char> bytes(size);
    fill(position, bytes);
    check_.receive(bytes);
  }
  const Tally& tally() const { return check_.tally(); }

  StreamCheck check_;
};

TEST_F(StreamCheckTest, WholeStreamLosesNothing) {
  open(1, 500);
  play(500, 100);
  play(600, 1000);
  EXPECT_EQ(tally().bytes_total, 1100u);
  EXPECT_EQ(tally().bytes_lost, 0u);
  EXPECT_EQ(tally().connections_lost, 0u);
  EXPECT_EQ(check_.position(), 1600u);
}

TEST_F(StreamCheckTest, OpeningMayComeInPieces) {
  const OpeningBytes bytes = encode({1, 500});
  for (const unsigned char byte : bytes) check_.receive({&byte, 1});
  play(500, 10);
  EXPECT_EQ(tally().bytes_total, 10u);
  EXPECT_EQ(tally().bytes_wrong, 0u);
}

TEST_F(StreamCheckTest, WrongBytesAreLostBytes) {
  open(1, 0);
  check_.receive(std::vector<unsigned char>(1000, 0));
  EXPECT_GT(tally().bytes_wrong, 900u);
  EXPECT_EQ(tally().bytes_lost, tally().bytes_wrong);
}

TEST_F(StreamCheckTest, WhatTheFilmShowedBetweenTwoConnectionsIsLost) {
  open(1, 0);
  play(0, 100);
  check_.break_off();
  open(1, 350);
  play(350, 10);
  EXPECT_EQ(tally().connections_lost, 1u);
  EXPECT_EQ(tally().bytes_lost, 250u);
  EXPECT_EQ(tally().bytes_wrong, 0u);
}

TEST_F(StreamCheckTest, ServerStartedAnewIsARestart) {
  open(1, 5000);
  play(5000, 100);
  check_.break_off();
  open(2, 20);
  play(20, 10);
  EXPECT_EQ(tally().restarts, 1u);
  EXPECT_EQ(tally().bytes_lost, 0u);
}

TEST_F(StreamCheckTest, FilmThatGoesOnUnseenIsLost) {
  open(1, 0);
  check_.break_off();
  check_.miss(2s);
  EXPECT_EQ(tally().bytes_lost, 2 * kBytesPerSecond);
}

TEST_F(StreamCheckTest, PositionIsUnknownBeforeTheOpening) {
  EXPECT_EQ(check_.position(), std::nullopt);
}

}  // namespace
}  // namespace attune::stream
