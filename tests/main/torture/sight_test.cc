// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/sight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace attune::torture {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> pids_of(const std::vector<SeenProcess>& processes) {
  std::vector<int> pids;
  for (const SeenProcess& one : processes) pids.push_back(one.pid);
  return pids;
}

TEST(Sight, OnlyWhatBearsTheMarkIsOfTheComponent) {
  const Sight sight = read_sight("p 10 S 1 10 server\np 11 S 1 11 other\nm 10\n");
  EXPECT_THAT(pids_of(sight.processes), ElementsAre(10));
  EXPECT_EQ(sight.processes[0].name, "server");
}

TEST(Sight, ChildrenThatHaveLostTheMarkBelongToTheirParents) {
  const Sight sight = read_sight("m 10\np 12 S 11 10 a worker\np 11 S 10 10 b\np 10 S 1 10 c\n");
  EXPECT_THAT(pids_of(sight.processes), ElementsAre(10, 11, 12));
  EXPECT_THAT(pids_of(sight.roots()), ElementsAre(10));
}

TEST(Sight, WhatIsInASessionOfItsBelongsToIt) {
  const Sight sight = read_sight("m 10\np 10 S 1 10 c\np 20 S 1 10 left\n");
  EXPECT_THAT(pids_of(sight.roots()), ElementsAre(10, 20));
}

TEST(Sight, ASessionThatItOnlyWorksInIsNotItsOwn) {
  const Sight sight = read_sight("m 10\np 10 S 5 5 c\np 5 S 1 5 shell\np 6 S 5 5 editor\n");
  EXPECT_THAT(pids_of(sight.processes), ElementsAre(10));
}

TEST(Sight, AContainerIsSeenWithoutWhatPodmanKeepsForIt) {
  Sight sight = read_sight(
      "m 10\nm 11\nm 30\np 10 S 1 10 conmon\np 11 S 10 11 server\np 12 S 11 11 worker\n"
      "p 30 S 1 30 aardvark-dns\n");
  leave_out_podmans(sight);
  EXPECT_THAT(pids_of(sight.processes), ElementsAre(11, 12));
  EXPECT_THAT(pids_of(sight.roots()), ElementsAre(11));
}

TEST(Sight, WhatHasNoNumberOfItsOwnMakesNothingTheComponents) {
  EXPECT_THAT(read_sight("m 0\nm 1\np 1 S 0 1 init\np 2 S 0 0 kthreadd\np 9 S 1 9 sshd\n").processes,
              IsEmpty());
}

TEST(Sight, ZombiesAreGone) {
  EXPECT_THAT(read_sight("m 10\np 10 Z 1 10 c\n").processes, IsEmpty());
}

TEST(Sight, PortsAndFilesAreRead) {
  const Sight sight = read_sight("t 0016\nt 1F90\nf /x/a b\no last words\n");
  EXPECT_THAT(sight.ports, ElementsAre(22, 8080));
  EXPECT_THAT(sight.files, ElementsAre("/x/a b"));
  EXPECT_EQ(sight.last_words, "last words");
}

TEST(Sight, LinesThatAreNotUnderstoodAreLeftOut) {
  const Sight sight = read_sight("p x S 1 1 c\nm\nt zz\nf \nq\n\np 10\nm 999999999999999999");
  EXPECT_THAT(sight.processes, IsEmpty());
  EXPECT_THAT(sight.ports, IsEmpty());
  EXPECT_THAT(sight.files, IsEmpty());
}

}  // namespace
}  // namespace attune::torture
